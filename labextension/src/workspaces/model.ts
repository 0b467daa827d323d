import { Signal, type ISignal } from '@lumino/signaling';

import {
  AddMember,
  CreateWorkspace,
  RemoveMember,
  ProjectWorkspace,
  ServerMode,
  WorkspaceDetails,
  Workspaces,
  type EventFields,
  type Role,
  type StoreMode,
  type WorkspaceFields,
  type WorkspacesResult
} from '../api/generated';
import { newId } from '../shared/uuid';
import { Retry } from '../team/retry';
import type { ISeptApi } from '../tokens';

type Summary = WorkspacesResult['workspaces'][number];

const CONCERNED: ReadonlySet<EventFields['kind']> = new Set([
  'WORKSPACE_CHANGED',
  'MEMBER_CHANGED',
  'PROJECT_CHANGED',
  'CONNECTION_CHANGED'
]);

/** The workspaces of the person, and the one that is shown. Fetches nothing until it is first asked to. */
export class WorkspacesModel {
  all: readonly Summary[] | null = null;
  shown: WorkspaceFields | null = null;
  me = '';
  mode: StoreMode | null = null;
  problem: unknown = null;
  private slug: string | null = null;
  /** The project of the notebook in front, and whether its workspace was looked up already. */
  private followed: string | null = null;
  private located: string | null = null;
  private latest = 0;
  private isStarted = false;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly retry = new Retry(() => void this.load());

  constructor(private readonly api: ISeptApi) {
    api.events.connect((_, event) => {
      if (this.isStarted && CONCERNED.has(event.kind)) {
        void this.load();
      }
    });
    api.resumed.connect(() => void (this.isStarted && this.load()));
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  start(): void {
    if (!this.isStarted) {
      this.isStarted = true;
      void this.load();
    }
  }

  /** Show another workspace. */
  async show(slug: string): Promise<void> {
    this.slug = slug;
    await this.load();
  }

  /** Show the workspace of the notebook that came to the front; the last one stays when it is not shared. */
  async follow(projectId: string | null): Promise<void> {
    if (projectId === this.followed) {
      return;
    }
    this.followed = projectId;
    if (this.isStarted) {
      await this.load();
    }
  }

  /** Fetch again. Never throws: `problem` says what went wrong; what was there stays. */
  async load(): Promise<void> {
    const mine = ++this.latest;
    try {
      await this.locate();
      const { workspaces, me } = await this.api.execute(Workspaces, {});
      const slug = this.choose(workspaces);
      const shown =
        slug === null
          ? null
          : (await this.api.execute(WorkspaceDetails, { slug })).workspace;
      this.mode ??= (await this.api.execute(ServerMode, {})).server.mode;
      if (mine !== this.latest) {
        return;
      }
      this.all = workspaces;
      this.me = me.id;
      this.shown = shown;
      this.problem = null;
      this.retry.worked();
    } catch (error) {
      if (mine !== this.latest) {
        return;
      }
      this.problem = error;
      this.retry.failed(error);
    }
    this.changedSignal.emit();
  }

  async create(name: string): Promise<void> {
    const { createWorkspace } = await this.api.execute(CreateWorkspace, {
      input: { id: newId(), name, slug: null }
    });
    await this.show(createWorkspace.slug);
  }

  async setRole(userName: string, role: Role): Promise<void> {
    await this.api.execute(AddMember, {
      input: { workspaceId: this.require().id, userName, role }
    });
    await this.load();
  }

  async remove(userId: string): Promise<void> {
    await this.api.execute(RemoveMember, {
      input: { workspaceId: this.require().id, userId }
    });
    await this.load();
  }

  /** Show what an act failed with. */
  fail(error: unknown): void {
    this.problem = error;
    this.changedSignal.emit();
  }

  private require(): WorkspaceFields {
    if (this.shown === null) {
      throw new Error('No workspace is shown.');
    }
    return this.shown;
  }

  /** Turn to the workspace of the followed project, once. */
  private async locate(): Promise<void> {
    const id = this.followed;
    if (id === null || id === this.located) {
      return;
    }
    const { project } = await this.api.execute(ProjectWorkspace, { id });
    if (id === this.followed) {
      this.located = id;
      this.slug = project?.workspace.slug ?? this.slug;
    }
  }

  /** The one chosen before, while it is there; else the first. */
  private choose(workspaces: readonly Summary[]): string | null {
    const known = workspaces.find(({ slug }) => slug === this.slug);
    this.slug = (known ?? workspaces[0])?.slug ?? null;
    return this.slug;
  }
}
