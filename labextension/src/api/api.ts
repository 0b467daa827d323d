import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ISeptApi } from '../tokens';
import { GraphQLClient } from './client';
import { EventStream } from './eventStream';
import { Events, type EventFields } from './generated';
import { SUBPROTOCOL } from './protocol';

/** The client and the event stream as one thing, over Jupyter's connection settings. */
export class SeptApi extends GraphQLClient implements ISeptApi {
  private readonly stream: EventStream;
  private readonly eventSignal = new Signal<ISeptApi, EventFields>(this);
  private readonly resumedSignal = new Signal<ISeptApi, void>(this);

  constructor(settings: ServerConnection.ISettings) {
    super(settings);
    this.stream = new EventStream({
      openSocket: () =>
        new settings.WebSocket(socketUrl(settings), [SUBPROTOCOL]),
      fetchEvents: async after =>
        (await this.execute(Events, { after, first: 500 })).events,
      onEvent: event => this.eventSignal.emit(event),
      onGap: () => this.resumedSignal.emit()
    });
    this.stream.start();
  }

  get events(): ISignal<ISeptApi, EventFields> {
    return this.eventSignal;
  }

  get resumed(): ISignal<ISeptApi, void> {
    return this.resumedSignal;
  }

  get isLive(): boolean {
    return this.stream.isLive;
  }
}

/** A WebSocket cannot carry headers: the token goes into the address, as Jupyter's own sockets do. */
function socketUrl(settings: ServerConnection.ISettings): string {
  const url = URLExt.join(settings.wsUrl, 'sept/graphql/ws');
  return settings.appendToken && settings.token
    ? `${url}?token=${encodeURIComponent(settings.token)}`
    : url;
}
