import type { Mode } from './modes';

/** Quiet time after the last key before a cell may run by itself, in milliseconds. */
export const PAUSE_MS = 800;

/** Why a cell's dependents are to run. */
export type Cause = 'EDIT' | 'RUN';

/** What a reactor asks and does. */
export interface IReactorOptions {
  mode(): Mode;
  /** Something runs in the kernel, or there is none. */
  isBusy(): boolean;
  /** Whether there is anything to run; asked when the server knows the newest text and runs. */
  isWorth(cellId: string, cause: Cause): Promise<boolean>;
  /** Run what follows from a cell; false when it failed or was stopped. */
  run(cellId: string): Promise<boolean>;
  readonly pauseMs?: number;
}

/**
 * Decides when cells run by themselves. Never while somebody types, never while something runs: what comes meanwhile
 * waits, each cell once. An error or a stop forgets what waits.
 */
export class Reactor {
  private readonly waiting = new Map<string, Cause>();
  private readonly typing = new Map<string, ReturnType<typeof setTimeout>>();
  private isRunning = false;
  private generation = 0;

  constructor(private readonly options: IReactorOptions) {}

  /** A person changed a cell's text. */
  edited(cellId: string): void {
    clearTimeout(this.typing.get(cellId));
    this.typing.set(
      cellId,
      setTimeout(() => {
        this.typing.delete(cellId);
        if (this.options.mode() === 'REACTIVE') {
          this.waiting.set(cellId, 'EDIT');
        }
        this.next();
      }, this.options.pauseMs ?? PAUSE_MS)
    );
  }

  /** A person ran a cell, and it ended. */
  ran(cellId: string, isGood: boolean): void {
    if (this.options.mode() === 'MARK') {
      return;
    }
    if (!isGood) {
      this.stop();
      return;
    }
    this.waiting.set(cellId, 'RUN');
    this.next();
  }

  /** Something ended, or may have: begin what waits, if nothing is in the way. */
  next(): void {
    if (!this.isRunning && this.waiting.size > 0) {
      void this.work();
    }
  }

  /** Forget what waits: the kernel restarted, a cell failed, or a person said so. */
  stop(): void {
    this.generation += 1;
    this.waiting.clear();
    this.typing.forEach(timer => clearTimeout(timer));
    this.typing.clear();
  }

  private get mustWait(): boolean {
    return this.typing.size > 0 || this.options.isBusy();
  }

  private async work(): Promise<void> {
    this.isRunning = true;
    try {
      for (const [cellId, cause] of this.waiting) {
        if (this.mustWait) {
          return;
        }
        await this.react(cellId, cause);
      }
    } finally {
      this.isRunning = false;
    }
  }

  private async react(cellId: string, cause: Cause): Promise<void> {
    const { generation } = this;
    const isWorth = await this.options.isWorth(cellId, cause);
    if (generation !== this.generation || this.mustWait) {
      return;
    }
    this.waiting.delete(cellId);
    if (
      isWorth &&
      this.options.mode() !== 'MARK' &&
      !(await this.options.run(cellId))
    ) {
      this.stop();
    }
  }
}
