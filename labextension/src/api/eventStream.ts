import type { IDisposable } from '@lumino/disposable';

import { Backoff } from '../shared/backoff';
import { LiveEvents, type EventFields, type EventsResult } from './generated';
import { subscribe, type ISocket } from './protocol';

/** What the stream needs from outside. */
export interface IEventStreamOptions {
  openSocket(): ISocket;
  /** Stored events after a cursor. */
  fetchEvents(after: string | null): Promise<EventsResult['events']>;
  onEvent(event: EventFields): void;
  /** Events may have been missed. */
  onGap(): void;
  readonly backoff?: Backoff;
}

/** So many sockets in a row must fail before polling begins. */
const FAILURES_BEFORE_POLLING = 2;

/** Milliseconds between polls while there is no socket; longer while the server is away altogether. */
const POLL_EVERY = 5000;

/**
 * Events from the server for as long as it lives: over a WebSocket, resumed after the last cursor when that
 * breaks, and by polling while a socket cannot be had (some proxies forbid them).
 */
export class EventStream implements IDisposable {
  isDisposed = false;
  /** Whether the socket is up. */
  isLive = false;
  private cursor: string | null = null;
  private failures = 0;
  private hadGap = false;
  private stopSocket: (() => void) | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private pollTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly backoff: Backoff;
  private readonly pollBackoff = new Backoff({
    firstMs: POLL_EVERY,
    longestMs: 60_000
  });

  constructor(private readonly options: IEventStreamOptions) {
    this.backoff = options.backoff ?? new Backoff({ firstMs: 1000 });
  }

  start(): void {
    this.retryTimer = null;
    this.stopSocket = subscribe(
      this.options.openSocket(),
      LiveEvents,
      { after: this.cursor },
      {
        onReady: () => this.opened(),
        onData: data => this.receive(data.events),
        onEnd: () => this.ended()
      }
    );
  }

  dispose(): void {
    this.isDisposed = true;
    this.isLive = false;
    this.stopSocket?.();
    clearTimeout(this.retryTimer ?? undefined);
    clearTimeout(this.pollTimer ?? undefined);
  }

  private opened(): void {
    this.isLive = true;
    this.failures = 0;
    this.backoff.reset();
    clearTimeout(this.pollTimer ?? undefined);
    this.pollTimer = null;
    if (this.hadGap) {
      this.hadGap = false;
      this.options.onGap();
    }
  }

  private receive(event: EventFields): void {
    this.cursor = event.cursor ?? this.cursor;
    this.options.onEvent(event);
  }

  private ended(): void {
    this.isLive = false;
    this.stopSocket = null;
    this.hadGap = true;
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.start(), this.backoff.next());
    if (this.failures >= FAILURES_BEFORE_POLLING && this.pollTimer === null) {
      this.pollIn(POLL_EVERY);
    }
  }

  private pollIn(milliseconds: number): void {
    this.pollTimer = setTimeout(() => {
      this.pollTimer = null;
      void this.poll();
    }, milliseconds);
  }

  private async poll(): Promise<void> {
    let wait = POLL_EVERY;
    try {
      const page = await this.options.fetchEvents(this.cursor);
      if (this.isDisposed || this.isLive) {
        return;
      }
      this.pollBackoff.reset();
      page.events.forEach(event => this.receive(event));
      this.cursor = page.cursor;
      // Live events are in no page: their listeners look for themselves.
      this.options.onGap();
    } catch {
      // The server is away altogether; the next poll or socket will tell. Panels show their own failures.
      wait = this.pollBackoff.next();
    }
    if (!this.isDisposed && !this.isLive && this.pollTimer === null) {
      this.pollIn(wait);
    }
  }
}
