import type { CellInput } from '../api/generated';

/** Cells longer than this are not sent: no analysis of them would be worth its time. */
export const LONGEST_CELL = 500_000;

/** Text in one request, in characters; a cell longer than this goes alone. */
export const PART_SIZE = 128 * 1024;

/** What one `syncNotebook` carries of the document. */
export interface ISyncPart {
  /** All ids in notebook order; null: as before. */
  readonly order: readonly string[] | null;
  readonly changed: readonly CellInput[];
}

/**
 * Remembers what the server was sent, and says what it must still be sent.
 * It does not talk to the server and knows no notebook.
 */
export class SyncLedger {
  private order: readonly string[] | null = null;
  private readonly sent = new Map<string, CellInput>();

  /** The server may know nothing (any more). */
  forget(): void {
    this.order = null;
    this.sent.clear();
  }

  /**
   * What differs from what was sent, in parts of at most PART_SIZE characters, and remembered as sent.
   * There is always one part at least; when a part cannot be delivered, call `forget`.
   *
   * @param order - all cell ids, each once, in notebook order
   * @param touched - cells that may have changed; every other one must have been given before
   */
  take(order: readonly string[], touched: readonly CellInput[]): ISyncPart[] {
    const isSameOrder = this.order !== null && areEqual(order, this.order);
    const present = new Set(order);
    const changed = touched
      .map(withoutHugeSource)
      .filter(cell => present.has(cell.id) && this.differs(cell));
    changed.forEach(cell => this.sent.set(cell.id, cell));
    if (!isSameOrder) {
      this.order = [...order];
      for (const id of [...this.sent.keys()]) {
        if (!present.has(id)) {
          this.sent.delete(id);
        }
      }
    }
    return inParts(changed).map((part, index) => ({
      order: index === 0 && !isSameOrder ? order : null,
      changed: part
    }));
  }

  private differs(cell: CellInput): boolean {
    const before = this.sent.get(cell.id);
    return before?.source !== cell.source || before.type !== cell.type;
  }
}

/** Whether a cell's text is kept back from the server. */
export function isTooLong(source: string): boolean {
  return source.length > LONGEST_CELL;
}

function withoutHugeSource(cell: CellInput): CellInput {
  return isTooLong(cell.source) ? { ...cell, source: '' } : cell;
}

function areEqual(left: readonly string[], right: readonly string[]): boolean {
  return (
    left.length === right.length &&
    left.every((value, index) => value === right[index])
  );
}

function inParts(cells: readonly CellInput[]): CellInput[][] {
  const parts: CellInput[][] = [[]];
  let size = 0;
  for (const cell of cells) {
    if (size > 0 && size + cell.source.length > PART_SIZE) {
      parts.push([]);
      size = 0;
    }
    parts[parts.length - 1].push(cell);
    size += cell.source.length;
  }
  return parts;
}

/**
 * Ids as they go to the server: a file may have an id twice, the wire may not. The second gets ~2, and so on.
 */
export function wireIds(ids: readonly string[]): string[] {
  const used = new Set(ids);
  const seen = new Map<string, number>();
  return ids.map(id => {
    let count = (seen.get(id) ?? 0) + 1;
    let unique = count === 1 ? id : `${id}~${count}`;
    while (count > 1 && used.has(unique)) {
      count += 1;
      unique = `${id}~${count}`;
    }
    seen.set(id, count);
    used.add(unique);
    return unique;
  });
}
