import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ThreadFields } from '../api/generated';
import { firstLine } from '../shared/looks';
import { Composer } from '../team/parts';
import { ProjectSection } from '../team/section';
import type { ISeptApi, ISeptSession, ISeptSessions } from '../tokens';
import { MAX_COMMENT, groupThreads, type CommentsModel } from './model';
import { Thread, type IThreadActs } from './thread';

/** The section "Comments". */
export class CommentsPanel extends ProjectSection<CommentsModel> {
  constructor(
    api: ISeptApi,
    sessions: ISeptSessions,
    modelOf: (session: ISeptSession) => CommentsModel,
    private readonly rendermime: IRenderMimeRegistry,
    trans: TranslationBundle
  ) {
    super(api, sessions, modelOf, trans, {
      label: trans.__('Comments'),
      whyShare: trans.__(
        'Talk about cells where they are. Comments are kept beside the notebook, not in it, for everyone it is shared with.'
      )
    });
    this.id = 'sept-comments';
  }

  protected content(model: CommentsModel): React.ReactNode {
    const { trans } = this;
    const { session } = model;
    const cell = session.panel.content.activeCell;
    const cellId = cell ? session.idOf(cell) : undefined;
    const groups = groupThreads(
      model.data ?? [],
      cellId,
      id => session.cellOf(id) !== undefined
    );
    const quote = firstLine(cell?.model.sharedModel.getSource() ?? '');
    return (
      <>
        {cellId !== undefined && (
          <>
            <h3 className="sept-Section-title sept-mod-first">
              {trans.__('This cell')}
            </h3>
            <Composer
              key={cellId}
              initial={model.drafts.get(cellId)}
              onDraft={text => model.drafts.set(cellId, text)}
              label={trans.__('Comment on this cell')}
              placeholder={trans.__('Comment on this cell…')}
              submit={trans.__('Comment')}
              maxLength={MAX_COMMENT}
              isMultiline
              trans={trans}
              onSubmit={body => model.begin(body, cellId, quote.slice(0, 200))}
            />
            {this.threads(groups.here, model)}
          </>
        )}
        <h3
          className={`sept-Section-title ${cellId === undefined ? 'sept-mod-first' : ''}`}
        >
          {trans.__('The notebook')}
        </h3>
        <Composer
          label={trans.__('Comment on the notebook')}
          placeholder={trans.__('Comment on the notebook…')}
          submit={trans.__('Comment')}
          maxLength={MAX_COMMENT}
          isMultiline
          trans={trans}
          onSubmit={body => model.begin(body, null, null)}
        />
        {this.threads(groups.notebook, model)}
        {this.group(trans.__('Other cells'), groups.elsewhere, model)}
        {this.group(trans.__('Cells that are gone'), groups.orphaned, model)}
      </>
    );
  }

  private group(
    title: string,
    threads: readonly ThreadFields[],
    model: CommentsModel
  ): React.ReactNode {
    return (
      threads.length > 0 && (
        <>
          <h3 className="sept-Section-title">{title}</h3>
          {this.threads(threads, model, true)}
        </>
      )
    );
  }

  private threads(
    threads: readonly ThreadFields[],
    model: CommentsModel,
    isTitled = false
  ): React.ReactNode {
    const acts = this.actsOf(model);
    return threads.map(thread => (
      <Thread
        key={thread.id}
        thread={thread}
        acts={acts}
        rendermime={this.rendermime}
        trans={this.trans}
        title={isTitled && this.titleOf(thread, model.session)}
      />
    ));
  }

  private titleOf(
    thread: ThreadFields,
    session: ISeptSession
  ): React.ReactNode {
    const cell = thread.cellId === null ? null : session.cellOf(thread.cellId);
    const line = cell
      ? firstLine(cell.model.sharedModel.getSource())
      : thread.quote;
    const text = <code className="sept-Row-line">{line}</code>;
    return cell ? (
      <button
        type="button"
        className="sept-Thread-title"
        title={this.trans.__('Go to this cell')}
        onClick={() => void session.panel.content.scrollToCell(cell)}
      >
        {text}
      </button>
    ) : (
      <div className="sept-Thread-title">{text}</div>
    );
  }

  private actsOf(model: CommentsModel): IThreadActs {
    return {
      reply: (threadId, body) => model.reply(threadId, body),
      edit: (id, body) => model.edit(id, body),
      resolve: (id, resolved) => this.tell(model, model.resolve(id, resolved)),
      remove: async (comment, isLast) => {
        const { trans } = this;
        const answer = await showDialog({
          title: isLast
            ? trans.__('Delete this thread?')
            : trans.__('Delete this comment?'),
          body: trans.__(
            '“%1” cannot be brought back.',
            comment.body.slice(0, 120)
          ),
          buttons: [
            Dialog.cancelButton(),
            Dialog.warnButton({ label: trans.__('Delete') })
          ]
        });
        if (answer.button.accept) {
          await this.tell(model, model.remove(comment.id));
        }
      }
    };
  }

  /** Show in the section what an act without a field of its own failed with. */
  private async tell(model: CommentsModel, act: Promise<void>): Promise<void> {
    try {
      await act;
    } catch (error) {
      model.problem = error;
      this.update();
    }
  }
}
