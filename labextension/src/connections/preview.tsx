import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { SplitPanel, type Widget } from '@lumino/widgets';
import * as React from 'react';

import { problemText } from '../team/errors';
import { ProblemNote } from '../team/parts';
import type { IPlace } from './catalogs';
import type { ConnectionsModel, Preview } from './model';

/** A tab with the first rows of a table. Closing it, or Cancel, stops the query in the database. */
export class RelationPreviewWidget extends ReactWidget {
  private preview: Preview | null = null;
  private problem: unknown = null;
  private isCancelled = false;
  private running: AbortController | null = null;

  constructor(
    private readonly model: ConnectionsModel,
    private readonly place: IPlace,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-Preview');
    void this.load();
  }

  override dispose(): void {
    this.running?.abort();
    super.dispose();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    requestAnimationFrame(() => giveHeight(this));
  }

  protected override render(): JSX.Element {
    const { trans } = this;
    if (this.problem !== null) {
      return (
        <ProblemNote
          text={problemText(this.problem, trans)}
          trans={trans}
          onRetry={() => void this.load()}
        />
      );
    }
    if (this.running) {
      return (
        <p className="sept-Preview-status" role="status">
          {trans.__('Reading the first rows…')}{' '}
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => this.cancel()}
          >
            {trans.__('Cancel')}
          </button>
        </p>
      );
    }
    if (this.isCancelled || !this.preview) {
      return (
        <p className="sept-Preview-status">
          {trans.__('Cancelled.')}{' '}
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => void this.load()}
          >
            {trans.__('Read again')}
          </button>
        </p>
      );
    }
    return (
      <Rows
        preview={this.preview}
        trans={trans}
        onRead={() => void this.load()}
      />
    );
  }

  private cancel(): void {
    this.isCancelled = true;
    this.running?.abort();
  }

  private async load(): Promise<void> {
    const mine = new AbortController();
    this.running = mine;
    this.isCancelled = false;
    this.problem = null;
    this.update();
    let problem: unknown = null;
    let preview: Preview | null = null;
    try {
      preview = await this.model.preview(this.place, mine.signal);
    } catch (error) {
      problem = mine.signal.aborted ? null : error;
    }
    if (this.running === mine && !this.isDisposed) {
      this.preview = preview;
      this.problem = problem;
      this.running = null;
      this.update();
    }
  }
}

/** Notebook opens its lower area without a height. */
function giveHeight(widget: Widget): void {
  let child = widget;
  while (child.parent && !(child.parent instanceof SplitPanel)) {
    child = child.parent;
  }
  const split = child.parent;
  if (split instanceof SplitPanel && split.orientation === 'vertical') {
    const place = split.widgets.indexOf(child);
    if (split.relativeSizes()[place] < 0.1) {
      split.setRelativeSizes(
        split.widgets.map((_, other) => (other === place ? 1 : 2))
      );
    }
  }
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** The word of SQL, in every language. */
const NULL = 'NULL';

function Rows(props: {
  readonly preview: Preview;
  readonly trans: TranslationBundle;
  onRead(): void;
}): JSX.Element {
  const { preview, trans } = props;
  const { columns, rows, isCut } = preview;
  const areNumbers = columns.map((_, place) => isNumeric(rows, place));
  const look = (place: number, value?: string | null): string | undefined =>
    value === null
      ? 'sept-mod-null'
      : areNumbers[place]
        ? 'sept-mod-number'
        : undefined;
  const count = isCut
    ? trans.__('The first %1 rows.', rows.length)
    : trans._n('%1 row.', '%1 rows.', rows.length);
  return (
    <>
      <p className="sept-Preview-status">
        {count}{' '}
        <button
          type="button"
          className="sept-LinkButton"
          onClick={props.onRead}
        >
          {trans.__('Read again')}
        </button>
      </p>
      <div
        className="sept-Preview-scroll"
        role="region"
        aria-label={trans.__('Rows')}
        tabIndex={0}
      >
        <table className="sept-Preview-table">
          <thead>
            <tr>
              {columns.map((name, index) => (
                <th key={index} scope="col" className={look(index)}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={column} className={look(column, value)}>
                    {value ?? NULL}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Whether all values of a column look like numbers: they stand at the right then, digit below digit. */
function isNumeric(rows: Preview['rows'], place: number): boolean {
  const values = rows.flatMap(row => row[place] ?? []);
  return values.length > 0 && values.every(value => NUMBER.test(value));
}
