import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Role, WorkspaceFields } from '../api/generated';
import { problemText } from '../team/errors';
import { ProblemNote, Skeleton } from '../team/parts';
import type { WorkspacesModel } from './model';
import { NewWorkspace } from './newWorkspace';
import { Members, Projects } from './sections';

/** What the panel "Workspace" shows: which one, its projects and members. */
export class WorkspaceViews {
  /** @param open - opens a notebook by its path */
  constructor(
    private readonly model: WorkspacesModel,
    private readonly trans: TranslationBundle,
    private readonly open: (path: string) => void
  ) {}

  /** The choice of a workspace, and what is wrong. */
  header(): ReactWidget {
    return this.section(() => this.renderHeader(), 'sept-WorkspaceHeader');
  }

  projects(): ReactWidget {
    return this.section(() =>
      this.withShown(
        workspace => (
          <Projects
            workspace={workspace}
            trans={this.trans}
            onOpen={this.open}
          />
        ),
        this.trans.__('Notebooks that are shared stand here.')
      )
    );
  }

  members(): ReactWidget {
    return this.section(() =>
      this.withShown(
        workspace => this.renderMembers(workspace),
        this.trans.__('Who may see, edit and manage the workspace.')
      )
    );
  }

  private section(
    render: () => JSX.Element | null,
    className = 'sept-Section'
  ): ReactWidget {
    const widget = ReactWidget.create(
      <Follows model={this.model} render={render} />
    );
    widget.addClass(className);
    return widget;
  }

  /** @param purpose - what the section is for, said while there is no workspace at all */
  private withShown(
    render: (workspace: WorkspaceFields) => JSX.Element,
    purpose: string
  ): JSX.Element | null {
    const { shown, all, problem } = this.model;
    if (shown) {
      return render(shown);
    }
    const hasNone = all?.length === 0 || problem !== null;
    return hasNone ? <p className="sept-Hint">{purpose}</p> : null;
  }

  private renderHeader(): JSX.Element {
    const { model, trans } = this;
    return (
      <>
        {model.problem !== null && (
          <ProblemNote
            text={problemText(model.problem, trans)}
            trans={trans}
            onRetry={() => void model.load()}
          />
        )}
        {model.all === null && model.problem === null && (
          <Skeleton label={trans.__('Loading workspaces')} />
        )}
        {model.all !== null && model.all.length > 0 && (
          <select
            className="sept-Select sept-mod-wide"
            aria-label={trans.__('Workspace')}
            value={model.shown?.slug}
            onChange={event => void model.show(event.target.value)}
          >
            {model.all.map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </select>
        )}
        {model.all?.length === 0 && (
          <p className="sept-Hint">
            {trans.__(
              'A workspace holds the notebooks a team shares, and who may do what. Name the first one, or share a notebook and it is made for you.'
            )}
          </p>
        )}
        {model.all !== null && (
          <NewWorkspace
            isFirst={model.all.length === 0}
            trans={trans}
            onCreate={name => model.create(name)}
          />
        )}
        {model.mode === 'DIRECT' && (
          <p className="sept-Hint">
            {trans.__(
              'Roles are advisory here: everyone’s server reaches the database itself.'
            )}
          </p>
        )}
      </>
    );
  }

  private renderMembers(workspace: WorkspaceFields): JSX.Element {
    return (
      <Members
        workspace={workspace}
        me={this.model.me}
        trans={this.trans}
        onSetRole={(name, role) => this.model.setRole(name, role)}
        onChangeRole={(name, role) => void this.changeRole(name, role)}
        onRemove={(id, name) => void this.remove(workspace, id, name)}
      />
    );
  }

  private async changeRole(name: string, role: Role): Promise<void> {
    try {
      await this.model.setRole(name, role);
    } catch (error) {
      // The choice on the screen is not what the server has: show that again, and why.
      await this.model.load();
      this.model.fail(error);
    }
  }

  private async remove(
    workspace: WorkspaceFields,
    userId: string,
    name: string
  ): Promise<void> {
    const { trans } = this;
    const answer = await showDialog({
      title: trans.__('Remove %1 from %2?', name, workspace.name),
      body: trans.__(
        'They lose access to its notebooks’ comments and versions. What they wrote stays.'
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Remove') })
      ]
    });
    if (answer.button.accept) {
      await this.model.remove(userId).catch((error: unknown) => {
        this.model.fail(error);
      });
    }
  }
}

/** Renders again whenever the model changed. */
function Follows(props: {
  readonly model: WorkspacesModel;
  render(): JSX.Element | null;
}): JSX.Element | null {
  const { model } = props;
  const [, setCount] = React.useState(0);
  React.useEffect(() => {
    const renew = (): void => setCount(count => count + 1);
    model.changed.connect(renew);
    return () => {
      model.changed.disconnect(renew);
    };
  }, [model]);
  return props.render();
}
