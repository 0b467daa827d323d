import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { firstLine } from '../shared/looks';
import { diffLines, foldUnchanged, type NotebookDiff } from './model';

type CellChange = NotebookDiff['changes'][number];

const LINE_CLASSES = {
  ' ': '',
  '+': 'sept-mod-added',
  '-': 'sept-mod-removed'
} as const;

/** How a notebook differs, cell by cell. */
export function Comparison(props: {
  readonly diff: NotebookDiff;
  readonly trans: TranslationBundle;
  onGoTo(cellId: string): void;
}): JSX.Element {
  const { diff, trans } = props;
  if (diff.changes.length === 0) {
    return (
      <p className="sept-Hint">
        {trans.__('Nothing differs: the notebook is as it was.')}
      </p>
    );
  }
  return (
    <>
      <p className="sept-Hint">
        {trans._n(
          '%1 cell differs, %2 unchanged.',
          '%1 cells differ, %2 unchanged.',
          diff.changes.length,
          diff.unchangedCount
        )}
      </p>
      {diff.changes.map(change => (
        <Change key={change.cellId} {...props} change={change} />
      ))}
    </>
  );
}

function Change(props: {
  readonly change: CellChange;
  readonly trans: TranslationBundle;
  onGoTo(cellId: string): void;
}): JSX.Element {
  const { change, trans } = props;
  const isThere = change.kind !== 'REMOVED';
  const line = firstLine(change.after ?? change.before ?? '');
  const hasText = change.before !== change.after;
  return (
    <article className="sept-Change">
      <div className="sept-Change-head">
        <span className={`sept-Change-kind sept-mod-${change.kind}`}>
          {describe(change, trans)}
        </span>
        {isThere ? (
          <button
            type="button"
            className="sept-Thread-title"
            title={trans.__('Go to this cell')}
            onClick={() => props.onGoTo(change.cellId)}
          >
            <code className="sept-Row-line">{line}</code>
          </button>
        ) : (
          <code className="sept-Row-line">{line}</code>
        )}
      </div>
      {hasText && (
        <pre className="sept-Change-text">
          {foldUnchanged(diffLines(change.before, change.after)).map(
            (part, index) =>
              'folded' in part ? (
                <span key={index} className="sept-Change-line sept-mod-folded">
                  {trans._n(
                    '%1 unchanged line',
                    '%1 unchanged lines',
                    part.folded
                  )}
                </span>
              ) : (
                <span
                  key={index}
                  className={`sept-Change-line ${LINE_CLASSES[part.mark]}`}
                >
                  {`${part.mark} ${part.text}`}
                </span>
              )
          )}
        </pre>
      )}
    </article>
  );
}

function describe(change: CellChange, trans: TranslationBundle): string {
  const words: Readonly<Record<CellChange['kind'], string>> = {
    ADDED: trans.__('added'),
    REMOVED: trans.__('removed'),
    CHANGED: change.isMoved
      ? trans.__('changed and moved')
      : trans.__('changed'),
    MOVED: trans.__('moved'),
    OUTPUTS_CHANGED: trans.__('other outputs')
  };
  return words[change.kind];
}
