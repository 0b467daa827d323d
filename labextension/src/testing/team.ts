import { Signal } from '@lumino/signaling';

import type {
  EventFields,
  ThreadFields,
  VersionFields
} from '../api/generated';
import type { ISeptApi, ISeptSession, SessionStatus } from '../tokens';

type Answer = (variables: never) => unknown;

/** A server of functions by operation; what it was asked is kept to look at. */
export class FakeApi {
  readonly asked: Array<{ name: string; variables: unknown }> = [];
  readonly isLive = true;
  readonly events = new Signal<ISeptApi, EventFields>(this.api);
  readonly resumed = new Signal<ISeptApi, void>(this.api);

  constructor(readonly answers: Record<string, Answer>) {}

  get api(): ISeptApi {
    return this as unknown as ISeptApi;
  }

  async execute(
    operation: { readonly name: string },
    variables: unknown
  ): Promise<unknown> {
    const { name } = operation;
    this.asked.push({ name, variables });
    const answer = this.answers[name];
    if (!answer) {
      throw new Error(`The test did not expect ${name}.`);
    }
    return answer(variables as never);
  }

  /** The inputs of one operation, in order. */
  inputs<Input>(name: string): readonly Input[] {
    return this.asked
      .filter(one => one.name === name)
      .map(({ variables }) => (variables as { input: Input }).input);
  }

  countOf(name: string): number {
    return this.asked.filter(one => one.name === name).length;
  }

  say(event: Partial<EventFields>): void {
    this.events.emit(event as EventFields);
  }
}

/** A session whose notebook may be shared, saved and reverted. */
export class FakeSession {
  status: SessionStatus = 'online';
  isDirty = false;
  readonly done: string[] = [];
  readonly counts: Array<ReadonlyMap<string, number>> = [];
  readonly changed = new Signal<FakeSession, void>(this);
  readonly panel = {
    context: {
      model: {
        isDirty: () => this.isDirty,
        get dirty(): boolean {
          return this.isDirty();
        }
      },
      save: async () => {
        this.done.push('save');
        this.isDirty = false;
      },
      revert: async () => {
        this.done.push('revert');
      }
    }
  };
  notebook: { project: { id: string } | null } | null;

  constructor(projectId: string | null = 'p') {
    this.notebook = { project: projectId === null ? null : { id: projectId } };
  }

  get session(): ISeptSession {
    return this as unknown as ISeptSession;
  }

  /** The server says what the notebook is shared as. */
  becomes(projectId: string | null): void {
    this.notebook = { project: projectId === null ? null : { id: projectId } };
    this.changed.emit();
  }

  setCommentCounts(counts: ReadonlyMap<string, number>): void {
    this.counts.push(counts);
  }
}

/** Let everything that waits for nothing but promises happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

/** An open thread of one comment on the cell "a", but for what a test says. */
export function thread(
  id: string,
  changes: Partial<ThreadFields> = {}
): ThreadFields {
  return {
    id,
    cellId: 'a',
    isOrphaned: false,
    quote: null,
    status: 'OPEN',
    createdAt: '2026-11-23T10:00:00Z',
    resolvedAt: null,
    resolvedBy: null,
    comments: comments(1),
    ...changes
  };
}

export function comments(count: number): ThreadFields['comments'] {
  return Array.from({ length: count }, (_, index) => ({
    id: `c${index}`,
    author: { displayName: 'Ada', initials: 'AD' },
    body: 'Hello',
    createdAt: '2026-11-23T10:00:00Z',
    editedAt: null,
    canEdit: true,
    canDelete: true
  }));
}

/** A version somebody named. */
export function version(seq: number, label = `v${seq}`): VersionFields {
  return {
    id: `version-${seq}`,
    seq,
    label,
    kind: 'MANUAL',
    author: { displayName: 'Ada', initials: 'AD' },
    createdAt: '2026-11-23T10:00:00Z',
    cellCount: 3
  };
}
