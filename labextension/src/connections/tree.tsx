import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { problemText } from '../team/errors';
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
                  aria-label={trans.__('Acts on %1', labelOf(row))}
                  title={trans.__('What can be done')}
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

/** A column has no caret: its name stands below the name of its table. */
function indentOf(row: TreeRow): number {
  return 8 + (row.level - 1) * 12 + (row.type === 'column' ? 18 : 0);
}

function Content(props: {
  readonly row: TreeRow;
  readonly trans: TranslationBundle;
  titleOf(kind: string): string;
}): JSX.Element {
  const { row } = props;
  const Caret = isOpen(row) ? caretDownIcon : caretRightIcon;
  return (
    <>
      {row.type !== 'column' && (
        <Caret.react tag="span" className="sept-Tree-caret" width="14px" />
      )}
      <span className="sept-Tree-name" title={labelOf(row)}>
        {labelOf(row)}
      </span>
      <Kind row={row} titleOf={props.titleOf} trans={props.trans} />
    </>
  );
}

/** What a line is, in a quiet word at its right: the kind of a connection, the type of a column. */
function Kind(props: {
  readonly row: TreeRow;
  readonly trans: TranslationBundle;
  titleOf(kind: string): string;
}): JSX.Element | null {
  const { row, trans } = props;
  switch (row.type) {
    case 'connection':
      return (
        <span className="sept-Tree-kind">
          {props.titleOf(row.connection.kind)}
        </span>
      );
    case 'schema':
      return <span className="sept-Tree-kind">{trans.__('schema')}</span>;
    case 'column':
      return row.dataType === null ? null : (
        <span className="sept-Tree-kind sept-mod-code" title={row.dataType}>
          {row.dataType}
        </span>
      );
    default:
      return null;
  }
}

/** What stands in place of lines that are not there. */
function Note(props: {
  readonly row: NoteRow;
  readonly trans: TranslationBundle;
  onRetry(row: NoteRow): void;
}): JSX.Element {
  const { row, trans } = props;
  if (row.note === 'problem') {
    return (
      <div className="sept-Problem sept-Tree-note" role="alert">
        <span>{problemText(row.problem, trans)}</span>
        <button
          type="button"
          className="sept-LinkButton"
          onClick={() => props.onRetry(row)}
        >
          {trans.__('Try again')}
        </button>
      </div>
    );
  }
  const texts = {
    loading: trans.__('Looking into the database…'),
    empty: trans.__('No tables yet.'),
    nothing: trans.__('No table or column is named so.'),
    closed: trans._n(
      '%1 schema was not opened yet, and is not searched.',
      '%1 schemas were not opened yet, and are not searched.',
      row.count
    ),
    more: trans._n(
      '%1 more; search to find it.',
      '%1 more; search to find them.',
      row.count
    )
  };
  return (
    <p className="sept-Hint sept-Tree-note" role="status">
      {texts[row.note]}
    </p>
  );
}

function labelOf(row: TreeRow): string {
  switch (row.type) {
    case 'connection':
      return row.connection.name;
    case 'schema':
      return row.schema;
    case 'relation':
      return row.relation.name;
    case 'column':
      return row.name;
    case 'note':
      return '';
  }
}

/** Whether a line is open; undefined for one that cannot be. */
function isOpen(row: TreeRow): boolean | undefined {
  return row.type === 'column' || row.type === 'note' ? undefined : row.isOpen;
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
