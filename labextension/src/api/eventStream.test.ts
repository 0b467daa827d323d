import { Backoff } from '../shared/backoff';
import { EventStream } from './eventStream';
import type { EventFields, EventsResult } from './generated';
import type { ISocket } from './protocol';

/** A socket whose other end is the test. */
class FakeSocket implements ISocket {
  onopen: ISocket['onopen'] = null;
  onmessage: ISocket['onmessage'] = null;
  onclose: ISocket['onclose'] = null;
  readonly sent: Array<{ type: string; payload?: unknown }> = [];
  isClosed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.isClosed = true;
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  open(): void {
    this.onopen?.({} as Event);
    this.receive({ type: 'connection_ack' });
  }

  drop(): void {
    this.onclose?.({ code: 1006, reason: '' } as CloseEvent);
  }
}

const event = (cursor: string | null): EventFields => ({
  cursor,
  kind: 'THREAD_CHANGED',
  workspaceId: null,
  projectId: null,
  path: null,
  subjectId: null,
  actorId: null,
  at: '2026-11-23T10:32:00Z'
});

const next = (cursor: string | null): object => ({
  id: '1',
  type: 'next',
  payload: { data: { events: event(cursor) } }
});

describe('EventStream', () => {
  const sockets: FakeSocket[] = [];
  const heard: Array<string | null> = [];
  const polls: Array<string | null> = [];
  let gaps = 0;
  let page: EventsResult['events'] | Error;
  let stream: EventStream;

  beforeEach(() => {
    jest.useFakeTimers();
    sockets.length = heard.length = polls.length = gaps = 0;
    page = { cursor: '9', events: [] };
    stream = new EventStream({
      openSocket: () => {
        sockets.push(new FakeSocket());
        return sockets[sockets.length - 1];
      },
      fetchEvents: async after => {
        polls.push(after);
        if (page instanceof Error) {
          throw page;
        }
        return page;
      },
      onEvent: ({ cursor }) => heard.push(cursor),
      onGap: () => (gaps += 1),
      backoff: new Backoff({ firstMs: 1000, random: () => 0 })
    });
    stream.start();
  });

  afterEach(() => {
    stream.dispose();
    jest.useRealTimers();
  });

  it('says hello, subscribes, and passes events on', () => {
    sockets[0].open();
    sockets[0].receive(next('1'));
    expect(sockets[0].sent.map(message => message.type)).toEqual([
      'connection_init',
      'subscribe'
    ]);
    expect(heard).toEqual(['1']);
    expect(stream.isLive).toBe(true);
  });

  it('answers pings', () => {
    sockets[0].open();
    sockets[0].receive({ type: 'ping' });
    expect(sockets[0].sent.at(-1)).toEqual({ type: 'pong' });
  });

  it('resumes after the last cursor, which live events do not move', async () => {
    sockets[0].open();
    sockets[0].receive(next('7'));
    sockets[0].receive(next(null));
    sockets[0].drop();
    await jest.advanceTimersByTimeAsync(1000);
    sockets[1].open();
    expect(sockets[1].sent[1].payload).toMatchObject({
      variables: { after: '7' }
    });
    expect(gaps).toBe(1);
  });

  it('tries again when the server ends the subscription', async () => {
    sockets[0].open();
    sockets[0].receive({ id: '1', type: 'complete' });
    expect(sockets[0].isClosed).toBe(true);
    await jest.advanceTimersByTimeAsync(1000);
    expect(sockets).toHaveLength(2);
  });

  it('polls from the cursor when sockets cannot be had', async () => {
    page = { cursor: '12', events: [event('11'), event('12')] };
    sockets[0].drop();
    await jest.advanceTimersByTimeAsync(1000);
    sockets[1].drop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(heard).toEqual(['11', '12']);
    page = { cursor: '12', events: [] };
    await jest.advanceTimersByTimeAsync(5000);
    expect(polls).toEqual([null, '12']);
  });

  it('stops polling when a socket opens again', async () => {
    sockets[0].drop();
    await jest.advanceTimersByTimeAsync(1000);
    sockets[1].drop();
    await jest.advanceTimersByTimeAsync(2000);
    sockets[2].open();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(polls).toEqual([]);
  });

  it('goes on polling after a poll that failed', async () => {
    page = new Error('away');
    sockets[0].drop();
    await jest.advanceTimersByTimeAsync(1000);
    sockets[1].drop();
    await jest.advanceTimersByTimeAsync(11_000);
    expect(polls.length).toBeGreaterThan(1);
  });

  it('ignores messages that are not of the protocol', () => {
    sockets[0].open();
    sockets[0].onmessage?.({ data: 'not JSON' } as MessageEvent);
    expect(stream.isLive).toBe(true);
  });

  it('is silent after it was disposed', async () => {
    sockets[0].open();
    stream.dispose();
    sockets[0].receive(next('1'));
    sockets[0].drop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual([]);
    expect(sockets).toHaveLength(1);
  });
});
