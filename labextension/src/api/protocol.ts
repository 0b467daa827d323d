/**
 * The client's half of graphql-transport-ws for one subscription on one socket.
 * Source: PROTOCOL.md of enisdenjo/graphql-ws.
 */
import type { IOperation } from './operation';

/** The part of WebSocket that is used. */
export interface ISocket {
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** The name both sides agree on when the socket opens. */
export const SUBPROTOCOL = 'graphql-transport-ws';

const SUBSCRIPTION_ID = '1';

interface IMessage {
  readonly type?: string;
  readonly payload?: unknown;
}

/** What the subscriber hears. Exactly one `onEnd` comes, and nothing after it. */
export interface ISubscriber<Result> {
  onReady(): void;
  onData(data: Result): void;
  onEnd(reason: string): void;
}

/**
 * Subscribe over a fresh socket.
 *
 * @returns a function that unsubscribes without an `onEnd`
 */
export function subscribe<Result, Variables>(
  socket: ISocket,
  operation: IOperation<Result, Variables>,
  variables: Variables,
  subscriber: ISubscriber<Result>
): () => void {
  let isOver = false;
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const end = (reason: string): void => {
    if (!isOver) {
      isOver = true;
      socket.close(1000, 'done');
      subscriber.onEnd(reason);
    }
  };
  socket.onopen = () => send({ type: 'connection_init' });
  socket.onclose = event => end(event.reason || `closed (${event.code})`);
  socket.onmessage = event => {
    const message = parse(event.data);
    switch (isOver ? 'over' : message.type) {
      case 'connection_ack':
        send({
          id: SUBSCRIPTION_ID,
          type: 'subscribe',
          payload: {
            operationName: operation.name,
            query: operation.text,
            variables
          }
        });
        subscriber.onReady();
        break;
      case 'ping':
        send({ type: 'pong' });
        break;
      case 'next': {
        const payload = message.payload as { data?: Result | null } | undefined;
        if (payload?.data) {
          subscriber.onData(payload.data);
        }
        break;
      }
      case 'error':
      case 'complete':
        end(`${message.type} from the server`);
        break;
    }
  };
  return () => {
    isOver = true;
    socket.close(1000, 'done');
  };
}

function parse(data: unknown): IMessage {
  try {
    return JSON.parse(String(data)) as IMessage;
  } catch {
    // Not of this protocol: as if it had not been sent.
    return {};
  }
}
