import type { CellStateFields } from '../api/generated';
import type { Cause } from './reactor';

/**
 * Whether a reaction to a cell has anything to run: the cell itself after an edit, or a cell down the edges that is
 * stale or never ran. A text that cannot be analysed waits until it can.
 */
export function isWorth(
  cells: ReadonlyMap<string, CellStateFields>,
  cellId: string,
  cause: Cause
): boolean {
  const cell = cells.get(cellId);
  if (!cell || cell.isBroken) {
    return false;
  }
  if (cause === 'EDIT') {
    return isOpen(cell);
  }
  const seen = new Set([cellId]);
  const open = [cell];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const { cellId: id } of next.downstream) {
      const below = cells.get(id);
      if (below && isOpen(below)) {
        return true;
      }
      if (below && !seen.has(id)) {
        seen.add(id);
        open.push(below);
      }
    }
  }
  return false;
}

function isOpen(cell: CellStateFields): boolean {
  return cell.state === 'STALE' || cell.state === 'IDLE';
}
