import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Glyph } from '../shared/Glyph';
import { problemText } from '../team/errors';
import type { NoteRow, TreeRow } from './rows';

/** Where a line begins, in pixels. A column has no caret: its name stands below the name of its table. */
export function indentOf(row: TreeRow): number {
  return 8 + (row.level - 1) * 12 + (row.type === 'column' ? 18 : 0);
}

/** What stands in a line: its caret and name, and a quiet word at its right. */
export function Content(props: {
  readonly row: TreeRow;
  readonly trans: TranslationBundle;
  titleOf(kind: string): string;
}): JSX.Element {
  const { row } = props;
  const Caret = isOpen(row) ? caretDownIcon : caretRightIcon;
  return (
    <>
      <span className="sept-Tree-lead">
        {row.type !== 'column' && (
          <Caret.react tag="span" className="sept-Tree-caret" width="14px" />
        )}
        <span className="sept-Tree-name" title={labelOf(row)}>
          {labelOf(row)}
        </span>
      </span>
      <Kind row={row} titleOf={props.titleOf} trans={props.trans} />
    </>
  );
}

/** What a line is, in a quiet word at its right. */
function Kind(props: {
  readonly row: TreeRow;
  readonly trans: TranslationBundle;
  titleOf(kind: string): string;
}): JSX.Element | null {
  const { row, trans, titleOf } = props;
  const kind = kindOf(row, trans, titleOf);
  if (kind === null) {
    return null;
  }
  return row.type === 'column' ? (
    <span className="sept-Tree-kind sept-mod-code" title={kind}>
      {kind}
    </span>
  ) : (
    <span className="sept-Tree-kind">{kind}</span>
  );
}

/** What stands in place of lines that are not there. */
export function Note(props: {
  readonly row: NoteRow;
  readonly trans: TranslationBundle;
  onRetry(row: NoteRow): void;
}): JSX.Element {
  const { row, trans } = props;
  if (row.note === 'problem') {
    return (
      <div
        className="sept-Problem sept-Tree-note"
        style={{ marginLeft: `${indentOf(row)}px` }}
        role="alert"
      >
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
    <p
      className={`sept-Hint sept-Tree-note sept-mod-${row.note}`}
      style={{ marginLeft: `${indentOf(row) + 18}px` }}
      role="status"
    >
      {row.note === 'loading' && <Glyph look="running" />}
      {texts[row.note]}
    </p>
  );
}

/** The name on a line. */
export function labelOf(row: TreeRow): string {
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

/** What a line is: the kind of a connection, the type of a column; null where its name says enough. */
export function kindOf(
  row: TreeRow,
  trans: TranslationBundle,
  titleOf: (kind: string) => string
): string | null {
  switch (row.type) {
    case 'connection':
      return titleOf(row.connection.kind);
    case 'schema':
      return trans.__('schema');
    case 'column':
      return row.dataType;
    default:
      return null;
  }
}

/** Whether a line is open; undefined for one that cannot be. */
export function isOpen(row: TreeRow): boolean | undefined {
  return row.type === 'column' || row.type === 'note' ? undefined : row.isOpen;
}
