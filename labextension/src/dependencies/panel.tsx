import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Glyph } from '../shared/Glyph';
import { Prose } from '../shared/Prose';
import { RowList } from '../shared/RowList';
import { firstLine } from '../shared/looks';
import type { ISeptSession, ISeptSessions } from '../tokens';
import { viewOf, type IDependencyRow, type ISentence } from './model';

/** The section "Dependencies": of the active cell of the current notebook. */
export class DependenciesPanel extends ReactWidget {
  private session: ISeptSession | null = null;

  constructor(
    sessions: ISeptSessions,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.id = 'sept-dependencies';
    this.addClass('sept-Section');
    this.title.label = trans.__('Dependencies');
    this.node.tabIndex = -1;
    sessions.currentChanged.connect((_, session) => this.follow(session));
    this.follow(sessions.current);
  }

  override render(): JSX.Element {
    const { session, trans } = this;
    if (!session) {
      return (
        <p className="sept-Hint">
          {trans.__(
            'Open a notebook to see how its cells depend on each other.'
          )}
        </p>
      );
    }
    const view = viewOf(
      {
        status: session.status,
        problem: session.problem,
        notebook: session.notebook,
        cells: session.cells,
        active: this.activeState(session),
        lineOf: id =>
          firstLine(session.cellOf(id)?.model.sharedModel.getSource() ?? '')
      },
      trans
    );
    return (
      <div onKeyDown={event => this.onKeyDown(event)}>
        {view.hint && (
          <p className="sept-Hint">
            <Prose text={view.hint} />
          </p>
        )}
        {view.sentence && (
          <p className="sept-Dependencies-sentence">
            <Glyph look={view.look} /> {this.renderSentence(view.sentence)}
          </p>
        )}
        {view.details.map(detail => (
          <p key={detail.text} className="sept-Dependencies-detail">
            {this.renderSentence(detail)}
          </p>
        ))}
        {this.activeState(session) && (
          <>
            {this.renderList(
              trans.__('Upstream'),
              view.upstream,
              trans.__('It depends on no other cell.')
            )}
            {this.renderList(
              trans.__('Downstream'),
              view.downstream,
              trans.__('No other cell depends on it.')
            )}
          </>
        )}
      </div>
    );
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const row = this.node.querySelector<HTMLElement>('.sept-RowList-row');
    (row ?? this.node).focus();
  }

  private renderSentence({ text, cellId }: ISentence): JSX.Element {
    return (
      <>
        <Prose text={text} />
        {cellId !== null && (
          <>
            {' '}
            <button
              type="button"
              className="sept-Link"
              onClick={() => void this.goTo(cellId)}
            >
              {this.trans.__('Go to the cell')}
            </button>
          </>
        )}
      </>
    );
  }

  private renderList(
    title: string,
    rows: readonly IDependencyRow[],
    empty: string
  ): JSX.Element {
    return (
      <>
        <h3 className="sept-Section-title">{title}</h3>
        {rows.length === 0 ? (
          <p className="sept-Hint">{empty}</p>
        ) : (
          <RowList
            rows={rows}
            label={title}
            keyOf={row => row.cellId}
            labelOf={row => row.label}
            render={row => <DependencyRow row={row} />}
            onChoose={row => void this.goTo(row.cellId)}
          />
        )}
      </>
    );
  }

  private onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.session?.panel.activate();
      this.session?.panel.content.activate();
    }
  }

  private async goTo(cellId: string): Promise<void> {
    const cell = this.session?.cellOf(cellId);
    if (cell && this.session) {
      await this.session.panel.content.scrollToCell(cell);
    }
  }

  private activeState(
    session: ISeptSession
  ): ReturnType<ISeptSession['stateOf']> {
    const cell = session.panel.content.activeCell;
    return cell ? session.stateOf(cell) : undefined;
  }

  private follow(session: ISeptSession | null): void {
    if (this.session && !this.session.isDisposed) {
      this.session.changed.disconnect(this.update, this);
      this.session.panel.content.activeCellChanged.disconnect(
        this.update,
        this
      );
    }
    this.session = session;
    session?.changed.connect(this.update, this);
    session?.panel.content.activeCellChanged.connect(this.update, this);
    this.update();
  }
}

function DependencyRow({ row }: { readonly row: IDependencyRow }): JSX.Element {
  return (
    <>
      <span className="sept-Row-first">
        <Glyph look={row.look} />
        <code className="sept-Row-number">{row.number}</code>
        <code className="sept-Row-line" title={row.line}>
          {row.line}
        </code>
      </span>
      <span className="sept-Row-second">
        <span>
          <code>{row.names.join(', ')}</code> {row.known}
        </span>
        {row.word !== '' && <span className="sept-Row-word">{row.word}</span>}
      </span>
    </>
  );
}
