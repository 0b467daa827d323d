import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { ISeptApi, ISeptSession, ISeptSessions } from '../tokens';
import { problemText } from './errors';
import { ProblemNote, Skeleton } from './parts';
import type { ProjectModel } from './projectModel';
import { ShareForm } from './shareForm';

/** Words of a section for its empty and unshared states. */
export interface ISectionWords {
  readonly label: string;
  /** Why one would share the notebook, in one sentence. */
  readonly whyShare: string;
}

/**
 * A section of the panel "Notebook" about the project of the current notebook: says what it is for while there is
 * none, offers to share, shows loading and failures, and leaves the rest to `content`.
 */
export abstract class ProjectSection<
  Model extends ProjectModel<unknown>
> extends ReactWidget {
  private model: Model | null = null;

  /** @param modelOf - the section's model of a session; the same one each time */
  constructor(
    protected readonly api: ISeptApi,
    private readonly sessions: ISeptSessions,
    private readonly modelOf: (session: ISeptSession) => Model,
    protected readonly trans: TranslationBundle,
    private readonly words: ISectionWords
  ) {
    super();
    this.addClass('sept-Section');
    this.title.label = words.label;
    this.node.tabIndex = -1;
    sessions.currentChanged.connect((_, session) => this.follow(session));
    this.follow(sessions.current);
  }

  override render(): JSX.Element {
    const { model, trans } = this;
    if (model === null) {
      return (
        <p className="sept-Hint">{trans.__('Open a notebook to see this.')}</p>
      );
    }
    return (
      <div onKeyDown={event => this.onKeyDown(event)}>
        {model.problem !== null && (
          <ProblemNote
            text={problemText(model.problem, trans)}
            trans={trans}
            onRetry={() => void model.load()}
          />
        )}
        {model.phase === 'unshared' && this.renderUnshared(model.session)}
        {model.phase === 'loading' && (
          <Skeleton label={trans.__('Loading %1', this.words.label)} />
        )}
        {model.phase === 'ready' && this.content(model)}
      </div>
    );
  }

  /** What is shown once the project's data is there. */
  protected abstract content(model: Model): React.ReactNode;

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const first = this.node.querySelector<HTMLElement>(
      'textarea, input, button'
    );
    (first ?? this.node).focus();
  }

  private renderUnshared(session: ISeptSession): JSX.Element {
    const { trans } = this;
    if (session.status !== 'online') {
      return (
        <p className="sept-Hint" title={session.problem ?? undefined}>
          {session.status === 'starting' && session.problem === null
            ? trans.__('Waiting for the server.')
            : trans.__(
                'The server does not answer. Cells run and save as before.'
              )}
        </p>
      );
    }
    return (
      <>
        <p className="sept-Hint">{this.words.whyShare}</p>
        <ShareForm
          key={session.clientId}
          api={this.api}
          session={session}
          trans={trans}
        />
      </>
    );
  }

  private onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.sessions.current?.panel.activate();
      this.sessions.current?.panel.content.activate();
    }
  }

  private follow(session: ISeptSession | null): void {
    if (this.model && !this.model.session.isDisposed) {
      this.model.changed.disconnect(this.update, this);
      this.model.session.changed.disconnect(this.update, this);
      this.model.session.panel.content.activeCellChanged.disconnect(
        this.update,
        this
      );
    }
    this.model = session && this.modelOf(session);
    if (session && this.model) {
      this.model.changed.connect(this.update, this);
      session.changed.connect(this.update, this);
      session.panel.content.activeCellChanged.connect(this.update, this);
    }
    this.update();
  }
}
