import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Glyph } from '../shared/Glyph';
import { wordOf, type Look } from '../shared/looks';
import { edgeWords } from '../shared/edges';

/** A button of the graph's toolbar. */
export interface ITool {
  readonly text: string;
  readonly label: string;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  act(): void;
}

/** One tab stop; arrows move between the buttons. */
export function Tools(props: {
  readonly label: string;
  readonly tools: readonly ITool[];
}): JSX.Element {
  const [current, setCurrent] = React.useState(0);
  const nodes = React.useRef<Array<HTMLButtonElement | null>>([]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const count = props.tools.length;
      const next = (current + step + count) % count;
      setCurrent(next);
      nodes.current[next]?.focus();
      event.preventDefault();
    }
  };
  return (
    <div
      className="sept-Graph-tools"
      role="toolbar"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {props.tools.map((tool, index) => (
        <button
          key={tool.label}
          ref={node => {
            nodes.current[index] = node;
          }}
          type="button"
          className="sept-Graph-tool"
          tabIndex={index === current ? 0 : -1}
          title={tool.label}
          aria-label={tool.label}
          aria-pressed={tool.isPressed}
          aria-disabled={tool.isDisabled}
          onFocus={() => setCurrent(index)}
          onClick={() => !tool.isDisabled && tool.act()}
        >
          {tool.text}
        </button>
      ))}
    </div>
  );
}

const LOOKS: readonly Look[] = [
  'success',
  'stale',
  'running',
  'error',
  'idle',
  'unknown'
];

/** What shapes and lines mean. */
export function Legend(props: {
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { trans } = props;
  return (
    <details className="sept-Graph-legend">
      <summary>{trans.__('Legend')}</summary>
      <ul>
        {(['STATIC', 'OBSERVED', 'REFUTED'] as const).map(status => (
          <li key={status}>
            <svg viewBox="0 0 24 12" aria-hidden="true">
              <path
                className={`sept-Graph-edge sept-mod-${status.toLowerCase()}`}
                d="M1 6H23"
              />
            </svg>
            {edgeWords(status, trans)}
          </li>
        ))}
        {LOOKS.map(look => (
          <li key={look}>
            <Glyph look={look} />
            {wordOf(look, trans)}
          </li>
        ))}
      </ul>
    </details>
  );
}
