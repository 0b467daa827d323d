import type { CellChange, ISharedCell } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { CellInput, CellType } from '../api/generated';
import { isTooLong, wireIds } from './ledger';

const TYPES: Readonly<Record<string, CellType>> = {
  code: 'CODE',
  markdown: 'MARKDOWN',
  raw: 'RAW'
};

/**
 * Knows which cells of a notebook model were touched since it was last asked, without reading any text
 * meanwhile: a keystroke costs one set insertion.
 */
export class NotebookMirror implements IDisposable {
  isDisposed = false;
  /** Ids of cells whose text is too long to be analysed, as of the last `take`. */
  readonly tooLong = new Set<string>();
  private readonly editedSignal = new Signal<this, string | null>(this);
  private readonly watched = new WeakSet<ICellModel>();
  private readonly touched = new Set<ISharedCell>();
  private ids: WeakMap<ICellModel, string> | null = null;
  /** Whether cells came since the last `take`: they are not watched yet. */
  private hasNew = true;
  private sharedIds = new WeakMap<ISharedCell, string>();
  private order: string[] = [];

  constructor(private readonly model: INotebookModel) {
    model.cells.changed.connect(this.onCellsChanged, this);
  }

  /** Something of the text or the order changed; with the id of the cell if it is one cell's text. */
  get edited(): ISignal<this, string | null> {
    return this.editedSignal;
  }

  /** The id on the wire of a cell that is in the notebook. */
  idOf(cell: ICellModel): string | undefined {
    return this.index().get(cell);
  }

  /** All ids on the wire, in notebook order. */
  get allIds(): readonly string[] {
    this.index();
    return this.order;
  }

  /** The order, and the cells that are new or whose text was touched since the last call. */
  take(everything: boolean): { order: string[]; cells: CellInput[] } {
    this.index();
    if (this.hasNew || everything) {
      for (const cell of this.model.cells) {
        const isNew = !this.watched.has(cell);
        if (isNew) {
          this.watched.add(cell);
          cell.sharedModel.changed.connect(this.onCellChanged, this);
        }
        if (everything || isNew) {
          this.touched.add(cell.sharedModel);
        }
      }
      this.hasNew = false;
    }
    const cells = [...this.touched].flatMap(cell => this.inputOf(cell) ?? []);
    this.touched.clear();
    return { order: this.order, cells };
  }

  dispose(): void {
    this.isDisposed = true;
    // Lumino's clearData drops both what we emit and what we listen to.
    Signal.clearData(this);
  }

  /** The cell as it is sent; nothing when it is not in the notebook any more. */
  private inputOf(cell: ISharedCell): CellInput | null {
    const id = this.sharedIds.get(cell);
    if (id === undefined) {
      return null;
    }
    const source = cell.getSource();
    if (isTooLong(source)) {
      this.tooLong.add(id);
    } else {
      this.tooLong.delete(id);
    }
    return { id, type: TYPES[cell.cell_type] ?? 'RAW', source };
  }

  private index(): WeakMap<ICellModel, string> {
    if (this.ids === null) {
      const models = [...this.model.cells];
      this.order = wireIds(models.map(cell => cell.id));
      this.sharedIds = new WeakMap(
        models.map((cell, index) => [cell.sharedModel, this.order[index]])
      );
      this.ids = new WeakMap(
        models.map((cell, index) => [cell, this.order[index]])
      );
    }
    return this.ids;
  }

  private onCellsChanged(): void {
    this.ids = null;
    this.hasNew = true;
    this.editedSignal.emit(null);
  }

  private onCellChanged(cell: ISharedCell, change: CellChange): void {
    if (change.sourceChange) {
      this.touched.add(cell);
      this.index();
      this.editedSignal.emit(this.sharedIds.get(cell) ?? null);
    }
  }
}
