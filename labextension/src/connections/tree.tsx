import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Content, Note, indentOf, isOpen, kindOf, labelOf } from './lines';
import type { ITrial } from './model';
import { TrialNote } from './parts';
import type { NoteRow, TreeRow } from './rows';

interface ITreeProps {
  readonly rows: readonly TreeRow[];
  readonly trials: ReadonlyMap<string, ITrial>;
  readonly trans: TranslationBundle;
  titleOf(kind: string): string;
  onToggle(row: TreeRow): void;
  onRetry(row: NoteRow): void;
  /** Offer the acts on a row, at a place of the page. */
  onMenu(row: TreeRow, x: number, y: number): void;
}

/**
 * Connections, their tables, and those tables' columns: one tab stop, arrows move, Right and Left open and close,
 * Enter opens, the menu key (or Shift+F10) offers the acts.
 */
export function ConnectionTree(props: ITreeProps): JSX.Element {
  const { rows, trans } = props;
  const [current, setCurrent] = React.useState<string | null>(null);
  const root = React.useRef<HTMLDivElement>(null);
  const choosable = rows.filter(({ type }) => type !== 'note');
  const tabStop =
    choosable.find(({ key }) => key === current)?.key ?? choosable[0]?.key;

  const go = (row: TreeRow | undefined): void => {
    if (row) {
      setCurrent(row.key);
      root.current
        ?.querySelector<HTMLElement>(`[data-key="${CSS.escape(row.key)}"]`)
        ?.focus();
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const index = choosable.findIndex(({ key }) => key === tabStop);
    const row = choosable[index];
    if (!row || event.target instanceof HTMLInputElement) {
      return;
    }
    const node = event.target as HTMLElement;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(choosable[index + 1]),
      ArrowUp: () => go(choosable[index - 1]),
      Home: () => go(choosable[0]),
      End: () => go(choosable[choosable.length - 1]),
      Enter: () => props.onToggle(row),
      ' ': () => props.onToggle(row),
      ArrowRight: () =>
        isOpen(row) === false ? props.onToggle(row) : go(choosable[index + 1]),
      ArrowLeft: () =>
        isOpen(row) ? props.onToggle(row) : go(parentOf(choosable, index)),
      ContextMenu: () => menuAt(row, node),
      F10: () => event.shiftKey && menuAt(row, node)
    };
    const act = acts[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  const menuAt = (row: TreeRow, node: HTMLElement): void => {
    if (!hasActs(row)) {
      return;
    }
    const box = node.getBoundingClientRect();
    props.onMenu(row, box.left + 24, box.bottom);
  };

  return (
    <div
      ref={root}
      className="sept-Tree"
      role="tree"
      aria-label={trans.__('Connections')}
      onKeyDown={onKeyDown}
    >
      {rows.map(row => (
        <React.Fragment key={row.key}>
          {row.type === 'note' ? (
            <Note row={row} trans={trans} onRetry={props.onRetry} />
          ) : (
            <div
              role="treeitem"
              aria-level={row.level}
              aria-label={[labelOf(row), kindOf(row, trans, props.titleOf)]
                .filter(Boolean)
                .join(' ')}
              style={{ paddingLeft: `${indentOf(row)}px` }}
              aria-expanded={isOpen(row)}
              aria-selected={row.key === current}
              className={`sept-Tree-row sept-mod-${row.type}`}
              data-key={row.key}
              tabIndex={row.key === tabStop ? 0 : -1}
              onFocus={() => setCurrent(row.key)}
              onClick={() => props.onToggle(row)}
              onContextMenu={event => {
                if (hasActs(row)) {
                  event.preventDefault();
                  event.stopPropagation();
                  props.onMenu(row, event.clientX, event.clientY);
                }
              }}
            >
              <Content row={row} trans={trans} titleOf={props.titleOf} />
              {hasActs(row) && (
                <button
                  type="button"
                  className="sept-IconButton sept-Tree-more"
                  tabIndex={-1}
                  aria-label={trans.__('Actions for %1', labelOf(row))}
                  title={trans.__('Actions')}
                  onClick={event => {
                    event.stopPropagation();
                    menuAt(row, event.currentTarget);
                  }}
                >
                  <span aria-hidden="true">⋯</span>
                </button>
              )}
            </div>
          )}
          {row.type === 'connection' && props.trials.has(row.connection.id) && (
            <TrialNote
              trial={props.trials.get(row.connection.id)!}
              trans={trans}
            />
          )}
        </React.Fragment>
      ))}
    </div>
  );
}

function hasActs(row: TreeRow): boolean {
  return row.type === 'connection' || row.type === 'relation';
}

function parentOf(rows: readonly TreeRow[], index: number): TreeRow {
  for (let above = index - 1; above >= 0; above--) {
    if (rows[above].level < rows[index].level) {
      return rows[above];
    }
  }
  return rows[index];
}
