import {
  AddComment,
  DeleteComment,
  EditComment,
  ProjectThreads,
  ResolveThread,
  type ThreadFields
} from '../api/generated';
import { newId } from '../shared/uuid';
import { ProjectModel } from '../team/projectModel';
import type { ISeptApi, ISeptSession } from '../tokens';

/** The longest comment the server takes, in characters. */
export const MAX_COMMENT = 16_384;

/** Threads of one notebook, by where they belong as seen from the active cell. */
export interface IThreadGroups {
  readonly here: readonly ThreadFields[];
  readonly notebook: readonly ThreadFields[];
  readonly elsewhere: readonly ThreadFields[];
  /** About cells that are not in the notebook any more. */
  readonly orphaned: readonly ThreadFields[];
}

/** The comments of the project that an open notebook is shared as. */
export class CommentsModel extends ProjectModel<readonly ThreadFields[]> {
  /** What was begun and not sent, by cell id; it waits there while another cell is active. */
  readonly drafts = new Map<string, string>();
  /** Ids of comments under way, by content: a retry sends the same id, so that it adds nothing twice. */
  private readonly underWay = new Map<string, string>();

  constructor(api: ISeptApi, session: ISeptSession) {
    super(
      api,
      session,
      async id =>
        (await api.execute(ProjectThreads, { id })).project?.threads ?? [],
      event => event.kind === 'THREAD_CHANGED'
    );
    this.changed.connect(() =>
      session.setCommentCounts(openCounts(this.data ?? []))
    );
  }

  /** Begin a thread: on a cell, or on the notebook when `cellId` is null. */
  async begin(
    body: string,
    cellId: string | null,
    quote: string | null
  ): Promise<void> {
    await this.add({ threadId: null, cellId, quote, body });
  }

  async reply(threadId: string, body: string): Promise<void> {
    await this.add({ threadId, cellId: null, quote: null, body });
  }

  async edit(id: string, body: string): Promise<void> {
    await this.api.execute(EditComment, { input: { id, body } });
    await this.load();
  }

  async remove(id: string): Promise<void> {
    await this.api.execute(DeleteComment, { id });
    await this.load();
  }

  async resolve(id: string, resolved: boolean): Promise<void> {
    await this.api.execute(ResolveThread, { id, resolved });
    await this.load();
  }

  private async add(what: {
    threadId: string | null;
    cellId: string | null;
    quote: string | null;
    body: string;
  }): Promise<void> {
    const key = JSON.stringify(what);
    const id = this.underWay.get(key) ?? newId();
    this.underWay.set(key, id);
    await this.api.execute(AddComment, {
      input: { id, projectId: this.require(), ...what }
    });
    this.underWay.delete(key);
    await this.load();
  }
}

/** Open comments by cell. */
export function openCounts(
  threads: readonly ThreadFields[]
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const thread of threads) {
    if (thread.cellId !== null && thread.status === 'OPEN') {
      const before = counts.get(thread.cellId) ?? 0;
      counts.set(thread.cellId, before + thread.comments.length);
    }
  }
  return counts;
}

/**
 * Sort threads by where they belong; open ones first, then by age.
 *
 * @param activeCell - id of the active cell, if there is one
 * @param isInNotebook - whether a cell is in the document as it is open now
 */
export function groupThreads(
  threads: readonly ThreadFields[],
  activeCell: string | undefined,
  isInNotebook: (cellId: string) => boolean
): IThreadGroups {
  const groups = {
    here: [] as ThreadFields[],
    notebook: [] as ThreadFields[],
    elsewhere: [] as ThreadFields[],
    orphaned: [] as ThreadFields[]
  };
  const openFirst = [...threads].sort(
    (one, other) =>
      Number(one.status === 'RESOLVED') - Number(other.status === 'RESOLVED')
  );
  for (const thread of openFirst) {
    if (thread.cellId === null) {
      groups.notebook.push(thread);
    } else if (!isInNotebook(thread.cellId)) {
      groups.orphaned.push(thread);
    } else if (thread.cellId === activeCell) {
      groups.here.push(thread);
    } else {
      groups.elsewhere.push(thread);
    }
  }
  return groups;
}
