import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { MessageLoop, type Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { ConnectionFields } from '../api/generated';
import { problemText } from '../team/errors';
import { ProblemNote, Skeleton } from '../team/parts';
import type { IShownWorkspace, IWorkspacePanel } from '../tokens';
import { draftOf, newDraft, type IDraft } from './draft';
import { ConnectionForm } from './form';
import type { ConnectionsModel } from './model';
import { treeRows, wantedBy, type NoteRow, type TreeRow } from './rows';
import { ConnectionTree } from './tree';

/** The section "Connections" of the panel "Workspace". */
export class ConnectionsSection extends ReactWidget {
  /** The form that is open, if one is. */
  private draft: IDraft | null = null;
  private search = '';
  private readonly open = new Set<string>();

  /**
   * @param offer - shows the menu of a row
   * @param leave - goes back to the notebook
   */
  constructor(
    private readonly model: ConnectionsModel,
    private readonly panel: IWorkspacePanel,
    private readonly trans: TranslationBundle,
    private readonly offer: (row: TreeRow, x: number, y: number) => void,
    private readonly leave: () => void
  ) {
    super();
    this.addClass('sept-Section');
    this.title.label = trans.__('Connections');
    this.node.tabIndex = -1;
    model.changed.connect(this.onChanged, this);
    panel.workspaceChanged.connect(this.onChanged, this);
    this.node.addEventListener('keydown', this);
  }

  /** Escape ends a search, else it leads back; in the form it is the form's. */
  handleEvent(event: KeyboardEvent): void {
    if (event.key !== 'Escape') {
      return;
    }
    if (event.target instanceof HTMLInputElement && this.search !== '') {
      this.seek('');
    } else {
      this.leave();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Show the form: of a connection, or of a new one. */
  edit(connection: ConnectionFields | null): void {
    const kind = this.model.kinds.find(one => one.kind === 'postgres');
    this.draft = connection
      ? draftOf(connection)
      : newDraft((kind ?? this.model.kinds[0])?.kind ?? 'sqlite');
    this.panel.reveal(this);
    this.update();
  }

  protected override onBeforeShow(msg: Message): void {
    super.onBeforeShow(msg);
    this.model.start();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this.model.start();
    }
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override render(): JSX.Element {
    const { model, trans } = this;
    const workspace = this.panel.workspace;
    // Without a workspace the panel's own head says what is wrong.
    const problem = workspace !== null && model.problem !== null && (
      <ProblemNote
        text={problemText(model.problem, trans)}
        trans={trans}
        onRetry={() => void model.load()}
      />
    );
    if (!workspace || model.workspaces === null) {
      return (
        <>
          {problem}
          {workspace && !problem ? (
            <Skeleton label={trans.__('Loading connections')} />
          ) : (
            <p className="sept-Hint">
              {trans.__('Databases that SQL cells of its notebooks may name.')}
              {model.workspaces?.length === 0 &&
                ` ${trans.__('To add one, name a workspace above first.')}`}
            </p>
          )}
        </>
      );
    }
    return (
      <>
        {problem}
        {this.draft
          ? this.renderForm(this.draft, workspace)
          : this.renderList(workspace)}
      </>
    );
  }

  private onChanged(): void {
    const workspace = this.panel.workspace;
    this.model.preferred = workspace?.id ?? null;
    for (const row of workspace ? this.rowsOf(workspace) : []) {
      // Not those that a search opened: there may be hundreds.
      if (this.open.has(row.key)) {
        this.look(row);
      }
    }
    this.update();
  }

  private renderForm(draft: IDraft, workspace: IShownWorkspace): JSX.Element {
    const { model } = this;
    const close = (focused: string | null): void => {
      this.draft = null;
      MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
      void this.renderPromise?.then(() => this.focusOn(focused));
    };
    return (
      <ConnectionForm
        key={draft.id ?? 'new'}
        initial={draft}
        kinds={model.kinds}
        hasSecret={
          draft.id !== null && model.byId(draft.id)?.hasSecret === true
        }
        trans={this.trans}
        onTest={tried => model.tryDraft(tried, workspace.id)}
        onSave={async saved => {
          const id = await model.save(saved, workspace.id);
          this.unfold(id);
          close(id);
        }}
        onCancel={() => close(draft.id)}
      />
    );
  }

  private renderList(workspace: IShownWorkspace): JSX.Element {
    const { model, trans } = this;
    const connections = model.of(workspace.id);
    const isAdmin = workspace.role === 'ADMIN';
    const rows = this.rowsOf(workspace);
    return (
      <>
        {connections.length === 0 && (
          <p className="sept-Hint">
            {trans.__(
              'No connections yet. Without one, SQL cells read the notebook’s own dataframes.'
            )}
          </p>
        )}
        {connections.some(({ id }) => this.open.has(id)) && (
          <input
            type="search"
            className="sept-Composer-field sept-Tree-search"
            aria-label={trans.__('Search tables and columns')}
            placeholder={trans.__('Search tables and columns')}
            value={this.search}
            onChange={event => this.seek(event.target.value)}
          />
        )}
        {connections.length > 0 && (
          <ConnectionTree
            rows={rows}
            trials={model.trials}
            trans={trans}
            titleOf={kind =>
              model.kinds.find(one => one.kind === kind)?.title ?? kind
            }
            onToggle={row => this.toggle(row)}
            onRetry={row => this.retry(row)}
            onMenu={this.offer}
          />
        )}
        {isAdmin && (
          <button
            type="button"
            className="sept-Button sept-mod-add"
            onClick={() => this.edit(null)}
          >
            {trans.__('Add connection…')}
          </button>
        )}
      </>
    );
  }

  private rowsOf(workspace: IShownWorkspace): readonly TreeRow[] {
    const { catalogs } = this.model;
    const connections = this.model.of(workspace.id);
    return treeRows(connections, catalogs, this.open, this.search);
  }

  private seek(search: string): void {
    this.search = search;
    this.model.catalogs.seek(wantedBy(search));
    this.update();
  }

  private unfold(id: string): void {
    this.open.add(id);
    this.model.catalogs.look(id, null);
  }

  private toggle(row: TreeRow): void {
    if (row.type === 'column' || row.type === 'note') {
      return;
    }
    if (this.open.has(row.key)) {
      this.open.delete(row.key);
    } else {
      this.open.add(row.key);
      this.look(row);
    }
    this.update();
  }

  /** Go on where the form was asked for: at the line of its connection, else at the button. */
  private focusOn(id: string | null): void {
    const selector = id === null ? '.sept-mod-add' : `[data-key="${id}"]`;
    this.node.querySelector<HTMLElement>(selector)?.focus();
  }

  /** What a line that was opened needs to be known. */
  private look(row: TreeRow): void {
    const { catalogs } = this.model;
    if (row.type === 'connection') {
      catalogs.look(row.connection.id, null);
    } else if (row.type === 'schema') {
      catalogs.look(row.connection.id, row.schema);
    } else if (row.type === 'relation') {
      const { connection, schema, relation } = row;
      const connectionId = connection.id;
      catalogs.lookAt({ connectionId, schema, name: relation.name });
    }
  }

  private retry({ connection, schema, relation }: NoteRow): void {
    const { catalogs } = this.model;
    if (relation === null) {
      catalogs.retry(connection.id, schema);
    } else {
      const connectionId = connection.id;
      catalogs.lookAt({ connectionId, schema, name: relation }, true);
    }
  }
}
