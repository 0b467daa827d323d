/** The second half of the layered layout: places for the items of rows, as straight above each other as can be. */
import type { ILayers } from './ranks';

/** Sizes in the picture. */
export interface ISpacing {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly bendWidth: number;
  readonly gapX: number;
  readonly gapY: number;
  /** Rows with more nodes are laid in several lines, each a bit lower. */
  readonly widestRow: number;
}

/** Centres of all items, and the whole height. */
export interface IPlacement {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly height: number;
}

const PASSES = 6;

/** Places for the items of layers. */
export function place(layers: ILayers, spacing: ISpacing): IPlacement {
  const { items, rows } = layers;
  const ys = new Float64Array(items.length);
  const widths = new Float64Array(items.length);
  let top = 0;
  for (const row of rows) {
    const nodes = row.filter(item => items[item].node !== null);
    const lines = Math.max(1, Math.ceil(nodes.length / spacing.widestRow));
    nodes.forEach((item, index) => {
      ys[item] = (index % lines) * (spacing.nodeHeight + spacing.gapX);
      widths[item] = (spacing.nodeWidth + spacing.gapX) / lines;
    });
    const height = lines * (spacing.nodeHeight + spacing.gapX) - spacing.gapX;
    for (const item of row) {
      const isNode = items[item].node !== null;
      ys[item] =
        top + (isNode ? ys[item] + spacing.nodeHeight / 2 : height / 2);
      widths[item] = isNode ? widths[item] : spacing.bendWidth;
    }
    top += height + spacing.gapY;
  }
  const xs = straightened(layers, widths);
  return { xs, ys, height: Math.max(0, top - spacing.gapY) };
}

/** Move items towards their neighbours in the rows above and below, in turn, without changing their order. */
function straightened(layers: ILayers, widths: Float64Array): Float64Array {
  const { items, rows } = layers;
  const xs = new Float64Array(items.length);
  for (const row of rows) {
    settle(
      row,
      row.map(() => 0),
      widths,
      xs
    );
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const isDown = pass % 2 === 0;
    for (const row of isDown ? rows : [...rows].reverse()) {
      const wishes = row.map(item => {
        const { above, below } = items[item];
        const first = isDown ? above : below;
        const near = first.length > 0 ? first : isDown ? below : above;
        return near.length === 0
          ? xs[item]
          : near.reduce((sum, other) => sum + xs[other], 0) / near.length;
      });
      settle(row, wishes, widths, xs);
    }
  }
  return xs;
}

/**
 * The places in row order, each at least half of both widths after the one before, that differ least from the wishes
 * (least squares: pooling of adjacent violators).
 */
function settle(
  row: readonly number[],
  wishes: readonly number[],
  widths: Float64Array,
  xs: Float64Array
): void {
  const offsets: number[] = [];
  const pools: Array<{ sum: number; count: number }> = [];
  row.forEach((item, index) => {
    offsets[index] =
      index === 0
        ? 0
        : offsets[index - 1] + (widths[row[index - 1]] + widths[item]) / 2;
    let pool = { sum: wishes[index] - offsets[index], count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  let index = 0;
  for (const { sum, count } of pools) {
    for (const end = index + count; index < end; index++) {
      xs[row[index]] = sum / count + offsets[index];
    }
  }
}
