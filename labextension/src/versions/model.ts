import {
  ProjectVersions,
  RestoreVersion,
  SaveVersion,
  VersionDiff,
  type VersionDiffResult,
  type VersionFields
} from '../api/generated';
import { newId } from '../shared/uuid';
import { ProjectModel } from '../team/projectModel';
import type { ISeptApi, ISeptSession } from '../tokens';

/** The longest label the server takes, in characters. */
export const MAX_LABEL = 200;

export type NotebookDiff = VersionDiffResult['versionDiff'];

/** The versions of the project that an open notebook is shared as, newest first. */
export class VersionsModel extends ProjectModel<readonly VersionFields[]> {
  /** The version that is compared with the file now; null: the list is shown. */
  compared: VersionFields | null = null;
  diff: NotebookDiff | null = null;
  private underWay: { readonly id: string; readonly label: string } | null =
    null;

  constructor(api: ISeptApi, session: ISeptSession) {
    super(
      api,
      session,
      async id =>
        (await api.execute(ProjectVersions, { id })).project?.versions ?? [],
      event => event.kind === 'VERSION_CHANGED'
    );
  }

  /** Save the document, then keep it as a version. */
  async save(label: string): Promise<void> {
    const projectId = this.require();
    await this.session.panel.context.save();
    // A retry sends the same id, so that a version whose answer was lost is not kept twice.
    const id = this.underWay?.label === label ? this.underWay.id : newId();
    this.underWay = { id, label };
    await this.api.execute(SaveVersion, { input: { id, projectId, label } });
    this.underWay = null;
    await this.load();
  }

  /** Compare a version with the file as it is now; unsaved edits are saved first, so that "now" is what is seen. */
  async compare(version: VersionFields): Promise<void> {
    this.compared = version;
    this.diff = null;
    this.notify();
    try {
      await this.saveIfDirty();
      const projectId = this.require();
      const answer = await this.api.execute(VersionDiff, {
        projectId,
        from: version.id
      });
      if (this.compared === version) {
        this.diff = answer.versionDiff;
        this.problem = null;
      }
    } catch (error) {
      this.compared = null;
      this.problem = error;
    }
    this.notify();
  }

  closeComparison(): void {
    this.compared = null;
    this.diff = null;
    this.notify();
  }

  /**
   * Make the notebook what a version was. The present state, unsaved edits included, is saved as a version first.
   *
   * @returns the number of the version that holds the state before
   */
  async restore(version: VersionFields): Promise<number> {
    const projectId = this.require();
    await this.saveIfDirty();
    const answer = await this.api.execute(RestoreVersion, {
      input: { projectId, versionId: version.id }
    });
    await this.session.panel.context.revert();
    this.closeComparison();
    await this.load();
    return answer.restoreVersion.before.seq;
  }

  private async saveIfDirty(): Promise<void> {
    const { context } = this.session.panel;
    if (context.model.dirty) {
      await context.save();
    }
  }
}

/** One line of a line-by-line comparison. */
export interface IDiffLine {
  readonly mark: ' ' | '+' | '-';
  readonly text: string;
}

/** Above this many lines on a side, all old lines are shown as removed and all new ones as added. */
const MAX_LINES = 400;

/**
 * Compare two texts line by line (longest common subsequence).
 *
 * @param before - null: there was none
 * @param after - null: there is none
 */
export function diffLines(
  before: string | null,
  after: string | null
): readonly IDiffLine[] {
  const old = before === null ? [] : before.split('\n');
  const now = after === null ? [] : after.split('\n');
  if (old.length > MAX_LINES || now.length > MAX_LINES) {
    return [...old.map(removed), ...now.map(added)];
  }
  const lengths = commonLengths(old, now);
  const lines: IDiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ mark: ' ', text: old[i] });
      i++;
      j++;
    } else if (
      j >= now.length ||
      (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])
    ) {
      lines.push(removed(old[i++]));
    } else {
      lines.push(added(now[j++]));
    }
  }
  return lines;
}

/** Length of the longest common subsequence of each pair of tails. */
function commonLengths(
  old: readonly string[],
  now: readonly string[]
): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(now.length + 1).fill(0)
  );
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i][j] =
        old[i] === now[j]
          ? lengths[i + 1][j + 1] + 1
          : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

const removed = (text: string): IDiffLine => ({ mark: '-', text });
const added = (text: string): IDiffLine => ({ mark: '+', text });

/** A run of unchanged lines that is not shown. */
export interface IFold {
  readonly folded: number;
}

/**
 * Leave out unchanged lines that are far from any change.
 *
 * @param around - how many unchanged lines stay before and after a change
 */
export function foldUnchanged(
  lines: readonly IDiffLine[],
  around = 2
): ReadonlyArray<IDiffLine | IFold> {
  const isNear = lines.map(() => false);
  lines.forEach(({ mark }, index) => {
    if (mark !== ' ') {
      isNear.fill(true, Math.max(0, index - around), index + around + 1);
    }
  });
  const parts: Array<IDiffLine | IFold> = [];
  for (let index = 0; index < lines.length;) {
    if (isNear[index]) {
      parts.push(lines[index++]);
      continue;
    }
    const start = index;
    while (index < lines.length && !isNear[index]) {
      index++;
    }
    // A single line takes no more room than saying that it is left out.
    parts.push(index - start === 1 ? lines[start] : { folded: index - start });
  }
  return parts;
}
