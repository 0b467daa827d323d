/** How long to wait between attempts. */
export interface IBackoffOptions {
  /** First wait, in milliseconds. */
  readonly firstMs: number;
  /** Longest wait, in milliseconds. */
  readonly longestMs: number;
  /** Source of numbers in [0, 1), for the jitter. */
  readonly random: () => number;
}

const DEFAULTS: IBackoffOptions = {
  firstMs: 500,
  longestMs: 30_000,
  random: Math.random
};

/**
 * Waits that double up to a limit, each shortened by up to a half at random, so that a hundred tabs do not
 * come back to a restarted server in the same instant.
 */
export class Backoff {
  private readonly options: IBackoffOptions;
  private attempts = 0;

  constructor(options: Partial<IBackoffOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** The next wait in milliseconds. */
  next(): number {
    const { firstMs, longestMs, random } = this.options;
    const full = Math.min(longestMs, firstMs * 2 ** this.attempts);
    this.attempts += 1;
    return Math.round(full * (1 - random() / 2));
  }

  /** It worked: begin from the shortest wait again. */
  reset(): void {
    this.attempts = 0;
  }
}
