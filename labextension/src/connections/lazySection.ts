import type { ConnectionFields } from '../api/generated';
import { LazyPanel } from '../shared/lazyPanel';
import type { ConnectionsSection } from './section';

/** The section "Connections", loaded when somebody first looks at it or opens its form. */
export class LazyConnections extends LazyPanel<ConnectionsSection> {
  /** Show the form: of a connection, or of a new one. */
  async edit(connection: ConnectionFields | null): Promise<void> {
    (await this.whole()).edit(connection);
  }
}
