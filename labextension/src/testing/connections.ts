import type { ConnectionFields } from '../api/generated';
import { ConnectionsModel, type Kind } from '../connections/model';
import { FakeApi } from './team';

export const KIND: Kind = {
  kind: 'sqlite',
  title: 'SQLite',
  dialect: 'sqlite',
  hasSecret: true,
  extra: null,
  fields: [
    {
      name: 'path',
      label: 'File',
      isRequired: true,
      placeholder: '',
      choices: []
    },
    {
      name: 'mode',
      label: 'Mode',
      isRequired: false,
      placeholder: 'ro',
      choices: ['ro', 'rw']
    }
  ]
};

/** A stored connection to SQLite. */
export function connection(
  name: string,
  changes: Partial<ConnectionFields> = {}
): ConnectionFields {
  return {
    id: `id-${name}`,
    name,
    kind: 'sqlite',
    dialect: 'sqlite',
    parameters: [{ name: 'path', value: 'shop.db' }],
    hasSecret: true,
    minimumRole: 'ADMIN',
    canUse: true,
    isReadOnly: true,
    ...changes
  };
}

/** A server with one database and two workspaces, and the model that asks it. */
export function fixture() {
  const api = new FakeApi({
    Connections: () => ({
      connectionKinds: [KIND],
      workspaces: [
        { id: 'w1', role: 'ADMIN', connections: [connection('shop')] },
        {
          id: 'w2',
          role: 'VIEWER',
          connections: [
            connection('shop', { id: 'other' }),
            connection('closed', { canUse: false })
          ]
        }
      ]
    }),
    CatalogOf: () => ({
      catalogRelations: {
        totalCount: 1,
        at: '',
        relations: [{ name: 'orders', columns: ['id'] }]
      }
    }),
    SchemasOf: () => ({ catalogSchemas: ['archive'] }),
    ColumnsOf: () => ({
      relationColumns: [
        { name: 'id', type: 'integer' },
        { name: 'more', type: null }
      ]
    }),
    TryConnection: () => ({
      testConnection: { isWorking: true, message: 'Connected.', elapsedMs: 1 }
    }),
    AddConnection: ({ input }: { input: { id: string } }) => ({
      createConnection: { id: input.id }
    }),
    ChangeConnection: () => ({}),
    RemoveConnection: () => ({})
  });
  return { api, model: new ConnectionsModel(api.api) };
}
