import type { CellStateFields, NotebookStateFields } from '../api/generated';
import type { ISeptSession, ISessionChange } from '../tokens';

/** A change, and how many cells turned stale by it. */
export interface IStoreChange extends ISessionChange {
  readonly newlyStale: number;
}

/** The last states the server told, by cell id. */
export class CellStateStore {
  readonly cells = new Map<string, CellStateFields>();
  notebook: Omit<NotebookStateFields, 'cells'> | null = null;
  frames: ISeptSession['frames'] = new Map();

  /** The revision to ask changes since; null: ask for all. */
  get revision(): number | null {
    return this.notebook?.revision ?? null;
  }

  /**
   * Take an answer in.
   *
   * @param answer - all cells, or those that changed after our revision
   * @param isFull - whether the answer lists all cells
   */
  apply(answer: NotebookStateFields, isFull: boolean): IStoreChange {
    const { cells, ...notebook } = answer;
    const newlyStale = this.notebook
      ? cells.filter(
          cell =>
            cell.state === 'STALE' && this.cells.get(cell.id)?.state !== 'STALE'
        ).length
      : 0;
    if (isFull) {
      this.cells.clear();
    }
    cells.forEach(cell => this.cells.set(cell.id, cell));
    this.notebook = notebook;
    if (answer.frames !== null) {
      this.frames = new Map(
        answer.frames.map(({ name, columns }) => [name, columns])
      );
    }
    return {
      cellIds: isFull ? null : new Set(cells.map(cell => cell.id)),
      newlyStale
    };
  }

  /** Forget cells that are not in the notebook any more. */
  prune(order: readonly string[]): void {
    const present = new Set(order);
    for (const id of [...this.cells.keys()]) {
      if (!present.has(id)) {
        this.cells.delete(id);
      }
    }
  }
}
