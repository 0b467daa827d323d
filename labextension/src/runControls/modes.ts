/** What happens by itself after a run or an edit. */
export type Mode = 'MARK' | 'ON_RUN' | 'REACTIVE';

export const MODES: readonly Mode[] = ['MARK', 'ON_RUN', 'REACTIVE'];

export function isMode(value: unknown): value is Mode {
  return MODES.includes(value as Mode);
}

/** Where modes are kept: the application's state database, or what stands in for it. */
export interface IModeDatabase {
  fetch(key: string): Promise<unknown>;
  save(key: string, value: string): Promise<unknown>;
  remove(key: string): Promise<unknown>;
}

const KEY = 'sept-labextension:run-mode:';

/**
 * The mode of each notebook, by its path. It is the person's choice and not the notebook's: it stays out of the file.
 */
export class ModeStore {
  /** Of notebooks for which nothing was chosen. */
  defaultMode: Mode = 'MARK';
  private readonly chosen = new Map<string, Mode>();

  constructor(private readonly database: IModeDatabase) {}

  of(path: string): Mode {
    return this.chosen.get(path) ?? this.defaultMode;
  }

  /** Read what was chosen for a notebook before; what was chosen meanwhile stays. */
  async load(path: string): Promise<void> {
    const found = await this.database.fetch(KEY + path);
    if (isMode(found) && !this.chosen.has(path)) {
      this.chosen.set(path, found);
    }
  }

  async choose(path: string, mode: Mode): Promise<void> {
    this.chosen.set(path, mode);
    await this.database.save(KEY + path, mode);
  }

  /** A notebook has another path. */
  async rename(before: string, after: string): Promise<void> {
    await this.load(before);
    const mode = this.chosen.get(before);
    if (mode !== undefined) {
      this.chosen.delete(before);
      await this.choose(after, mode);
      await this.database.remove(KEY + before);
    }
  }
}

/** Keeps modes as long as the page lives, where the application has no state database. */
export function memoryDatabase(): IModeDatabase {
  const values = new Map<string, string>();
  return {
    fetch: async key => values.get(key),
    save: async (key, value) => values.set(key, value),
    remove: async key => values.delete(key)
  };
}
