import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ThreadFields } from '../api/generated';
import { Avatar, Composer, When } from '../team/parts';
import { MAX_COMMENT } from './model';

type CommentFields = ThreadFields['comments'][number];

/** What a person can do with threads. Each resolves when it is done, and rejects with what went wrong. */
export interface IThreadActs {
  reply(threadId: string, body: string): Promise<void>;
  edit(commentId: string, body: string): Promise<void>;
  remove(comment: CommentFields, isLast: boolean): Promise<void>;
  resolve(threadId: string, resolved: boolean): Promise<void>;
}

interface IThreadProps {
  readonly thread: ThreadFields;
  readonly acts: IThreadActs;
  readonly rendermime: IRenderMimeRegistry;
  readonly trans: TranslationBundle;
  /** Where it belongs, when that is not clear from its place in the panel. */
  readonly title?: React.ReactNode;
}

/** One thread. A resolved one is folded to a line until it is opened. */
export function Thread(props: IThreadProps): JSX.Element {
  const { thread, acts, trans } = props;
  const isResolved = thread.status === 'RESOLVED';
  const [isFolded, setFolded] = React.useState(isResolved);
  const [isReplying, setReplying] = React.useState(false);
  React.useEffect(() => setFolded(isResolved), [isResolved]);

  if (isFolded) {
    return (
      <article className="sept-Thread sept-mod-resolved">
        <button
          type="button"
          className="sept-LinkButton"
          onClick={() => setFolded(false)}
        >
          {trans.__(
            'Resolved: %1',
            thread.comments[0]?.body.slice(0, 60) ?? ''
          )}
        </button>
      </article>
    );
  }
  return (
    <article className="sept-Thread" aria-label={trans.__('Thread')}>
      {props.title}
      {thread.comments.map(comment => (
        <CommentView
          key={comment.id}
          {...props}
          comment={comment}
          isLast={thread.comments.length === 1}
        />
      ))}
      {isReplying ? (
        <Composer
          label={trans.__('Reply')}
          placeholder={trans.__('Reply…')}
          submit={trans.__('Reply')}
          maxLength={MAX_COMMENT}
          isMultiline
          autoFocus
          trans={trans}
          onSubmit={async body => {
            await acts.reply(thread.id, body);
            setReplying(false);
          }}
          onCancel={() => setReplying(false)}
        />
      ) : (
        <div className="sept-Thread-acts">
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => setReplying(true)}
          >
            {trans.__('Reply')}
          </button>
          <button
            type="button"
            className="sept-LinkButton"
            onClick={() => void acts.resolve(thread.id, !isResolved)}
          >
            {isResolved ? trans.__('Reopen') : trans.__('Resolve')}
          </button>
        </div>
      )}
    </article>
  );
}

interface ICommentProps extends IThreadProps {
  readonly comment: CommentFields;
  /** The only one of its thread: deleting it deletes the thread. */
  readonly isLast: boolean;
}

function CommentView(props: ICommentProps): JSX.Element {
  const { comment, acts, trans } = props;
  const [isEditing, setEditing] = React.useState(false);
  return (
    <div className="sept-Comment">
      <div className="sept-Comment-head">
        <Avatar initials={comment.author.initials} />
        <span className="sept-Comment-author">
          {comment.author.displayName}
        </span>
        <When at={comment.createdAt} />
        {comment.editedAt && (
          <span className="sept-When">{trans.__('edited')}</span>
        )}
        <span className="sept-Comment-acts">
          {comment.canEdit && !isEditing && (
            <button
              type="button"
              className="sept-LinkButton"
              onClick={() => setEditing(true)}
            >
              {trans.__('Edit')}
            </button>
          )}
          {comment.canDelete && !isEditing && (
            <button
              type="button"
              className="sept-LinkButton"
              onClick={() => void acts.remove(comment, props.isLast)}
            >
              {trans.__('Delete')}
            </button>
          )}
        </span>
      </div>
      {isEditing ? (
        <Composer
          label={trans.__('Edit comment')}
          placeholder=""
          submit={trans.__('Save')}
          initial={comment.body}
          maxLength={MAX_COMMENT}
          isMultiline
          autoFocus
          trans={trans}
          onSubmit={async body => {
            await acts.edit(comment.id, body);
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Markdown body={comment.body} rendermime={props.rendermime} />
      )}
    </div>
  );
}

/** Markdown of other people: rendered as untrusted, so that the sanitiser takes out what could act. */
function Markdown(props: {
  readonly body: string;
  readonly rendermime: IRenderMimeRegistry;
}): JSX.Element {
  const { body, rendermime } = props;
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const renderer = rendermime.createRenderer('text/markdown');
    const model = rendermime.createModel({
      data: { 'text/markdown': body },
      trusted: false
    });
    void renderer.renderModel(model);
    host.current?.replaceChildren(renderer.node);
    return () => renderer.dispose();
  }, [body, rendermime]);
  return <div className="sept-Comment-body" ref={host} />;
}
