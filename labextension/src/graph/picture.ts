import type { CellStateFields } from '../api/generated';
import { chainsOf, fold, type IFolded } from './chains';
import { layout } from './layout';
import { areSame, graphOf, loneCells, type IGraph } from './model';
import type { IPicture } from './scene';

/** With more cells than this, chains begin folded. */
const MANY_CELLS = 200;

/**
 * The graph of one notebook and what of it is folded or left out. It knows no page: the panel asks it for a picture
 * when `follow` says that there is another one.
 */
export class GraphPicture {
  graph: IGraph = graphOf(new Map());
  /** Longest chains of the graph, folded or not. */
  chains: readonly string[][] = [];
  showsLones = true;
  /** First cells of chains that differ from `isFoldedAtFirst`. */
  private readonly exceptions = new Set<string>();
  private isFolding: boolean | null = null;

  /** Take in the states; true when cells or edges are others than before, so that the picture changes. */
  follow(cells: ReadonlyMap<string, CellStateFields>): boolean {
    const next = graphOf(cells);
    if (areSame(next, this.graph)) {
      return false;
    }
    this.graph = next;
    this.chains = chainsOf(next);
    return true;
  }

  /** Whether any chain is folded now. */
  get hasFolded(): boolean {
    return this.chains.some(chain => this.isFolded(chain[0]));
  }

  /** Cells without dependencies. */
  get loneCount(): number {
    return loneCells(this.graph).length;
  }

  /** Fold or unfold the chain that a cell is in. */
  toggle(cellId: string): void {
    const first = this.chains.find(chain => chain.includes(cellId))?.[0];
    if (first !== undefined && !this.exceptions.delete(first)) {
      this.exceptions.add(first);
    }
  }

  toggleAll(isFolded: boolean): void {
    this.isFolding = isFolded;
    this.exceptions.clear();
  }

  /** Lay the graph out. */
  draw(): IPicture & { readonly folded: IFolded } {
    const folded = fold(
      this.graph,
      this.chains.filter(chain => this.isFolded(chain[0]))
    );
    return { folded, layout: layout(folded.graph, this.showsLones) };
  }

  private isFolded(first: string): boolean {
    const isUsual = this.isFolding ?? this.graph.order.length > MANY_CELLS;
    return isUsual !== this.exceptions.has(first);
  }
}
