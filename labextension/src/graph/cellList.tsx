import * as React from 'react';

import { Glyph } from '../shared/Glyph';
import type { Look } from '../shared/looks';

/** One cell in the list. */
export interface ICellOption {
  readonly look: Look;
  readonly number: string;
  readonly title: string;
  /** "2 in, 5 out", shortly. */
  readonly counts: string;
  /** The accessible name. */
  readonly label: string;
}

export interface ICellListProps {
  readonly ids: readonly string[];
  readonly selected: string | null;
  readonly label: string;
  optionOf(id: string): ICellOption;
  /** The keyboard moved to a cell. */
  onSelect(id: string): void;
  /** Enter or a click: go there. */
  onChoose(id: string): void;
}

const ROW_PX = 24;
/** Rows beyond the visible ones, so that scrolling shows no gaps. */
const SPARE = 6;

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: at => at + 1,
  ArrowUp: at => at - 1,
  PageDown: at => at + 10,
  PageUp: at => at - 10,
  Home: () => 0,
  End: (_, count) => count - 1
};

/** The picture's twin for the keyboard and screen readers: one tab stop, only visible rows in the page. */
export function CellList(props: ICellListProps): JSX.Element {
  const { ids, selected } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const [top, setTop] = React.useState(0);
  const at = selected === null ? -1 : ids.indexOf(selected);

  React.useLayoutEffect(() => {
    const node = host.current;
    if (node && at >= 0) {
      const least = (at + 1) * ROW_PX - node.clientHeight;
      node.scrollTop = Math.min(at * ROW_PX, Math.max(node.scrollTop, least));
    }
  }, [at]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step && ids.length > 0) {
      const next = step(at, ids.length);
      props.onSelect(ids[Math.max(0, Math.min(next, ids.length - 1))]);
    } else if (event.key === 'Enter' && at >= 0) {
      props.onChoose(ids[at]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const first = Math.max(0, Math.floor(top / ROW_PX) - SPARE);
  const height = host.current?.clientHeight ?? 400;
  const shown = ids
    .map((id, index) => ({ id, index }))
    .slice(first, first + Math.ceil(height / ROW_PX) + 2 * SPARE);
  if (at >= 0 && !shown.some(({ index }) => index === at)) {
    shown.push({ id: ids[at], index: at });
  }
  return (
    <div
      ref={host}
      className="sept-CellList"
      role="listbox"
      tabIndex={0}
      aria-label={props.label}
      aria-activedescendant={at >= 0 ? optionId(at) : undefined}
      onKeyDown={onKeyDown}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
    >
      <div role="presentation" style={{ height: ids.length * ROW_PX }}>
        {shown.map(({ id, index }) => (
          <Option
            key={id}
            option={props.optionOf(id)}
            index={index}
            count={ids.length}
            isSelected={index === at}
            onClick={() => props.onChoose(id)}
          />
        ))}
      </div>
    </div>
  );
}

interface IOptionProps {
  readonly option: ICellOption;
  readonly index: number;
  readonly count: number;
  readonly isSelected: boolean;
  onClick(): void;
}

function Option(props: IOptionProps): JSX.Element {
  const { option, index } = props;
  return (
    <div
      id={optionId(index)}
      className="sept-CellList-row"
      role="option"
      aria-selected={props.isSelected}
      aria-label={option.label}
      aria-posinset={index + 1}
      aria-setsize={props.count}
      style={{ top: index * ROW_PX }}
      title={option.label}
      onClick={props.onClick}
    >
      <Glyph look={option.look} />
      <code className="sept-Row-number">{option.number}</code>
      <code className="sept-Row-line">{option.title}</code>
      <span className="sept-CellList-counts">{option.counts}</span>
    </div>
  );
}

function optionId(index: number): string {
  return `sept-graph-cell-${index}`;
}
