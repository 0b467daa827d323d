import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { Backoff } from '../shared/backoff';

/** Whether what failed may work later without anybody doing something: the server or its store was away. */
export function mayPass(error: unknown): boolean {
  return (
    error instanceof SeptUnreachable ||
    (error instanceof SeptRefusal &&
      (error.code === 'UNAVAILABLE' || error.code === 'INTERNAL'))
  );
}

/** Tries something again later, at growing intervals, until it worked; at most one attempt is waiting. */
export class Retry {
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param act - what to try; it reports back by `failed` or `worked` */
  constructor(
    private readonly act: () => void,
    private readonly backoff = new Backoff({ firstMs: 1000 })
  ) {}

  /** Try again later, if it may work then. */
  failed(error: unknown): void {
    this.stop();
    if (mayPass(error)) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.act();
      }, this.backoff.next());
    }
  }

  worked(): void {
    this.stop();
    this.backoff.reset();
  }

  stop(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
