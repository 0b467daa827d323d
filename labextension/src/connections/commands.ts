import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { tableRowsIcon } from '@jupyterlab/ui-components';

import type { ConnectionFields } from '../api/generated';
import { LazyPanel } from '../shared/lazyPanel';
import {
  CommandIDs,
  type ISeptSessions,
  type IWorkspacePanel
} from '../tokens';
import { insertCell } from './insert';
import type { LazyConnections } from './lazySection';
import type { IPlace } from './catalogs';
import type { ConnectionsModel } from './model';

type Args = Readonly<Record<string, unknown>>;

const CONNECTION = {
  type: 'string',
  description: 'The id of the connection.'
} as const;
const OF_CONNECTION = {
  args: {
    type: 'object',
    properties: { connectionId: CONNECTION },
    required: ['connectionId']
  }
} as const;
const OF_RELATION = {
  args: {
    type: 'object',
    properties: {
      connectionId: CONNECTION,
      relation: { type: 'string', description: 'The table or view.' },
      schema: {
        type: 'string',
        description: 'Its schema, unless plain names mean it.'
      }
    },
    required: ['connectionId', 'relation']
  }
} as const;

interface IParts {
  readonly app: JupyterFrontEnd;
  readonly model: ConnectionsModel;
  readonly panel: IWorkspacePanel;
  readonly section: LazyConnections;
  readonly sessions: ISeptSessions;
  readonly trans: TranslationBundle;
  /** Where tables are shown: Notebook has one document in its main area, and takes no other. */
  readonly area: 'main' | 'down';
}

/** Add the commands of connections; those about one connection or table take its id or name. */
export function addConnectionCommands(parts: IParts): void {
  const { app, model, panel, section, trans } = parts;
  const found = (args: Args): ConnectionFields | undefined =>
    typeof args.connectionId === 'string'
      ? model.byId(args.connectionId)
      : undefined;
  const isAdmin = (): boolean => panel.workspace?.role === 'ADMIN';
  const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

  app.commands.addCommand(CommandIDs.showConnections, {
    label: trans.__('Show Connections'),
    caption: trans.__('Databases that SQL cells may name, and what is in them'),
    describedBy: NO_ARGS,
    execute: () => panel.reveal(section)
  });
  app.commands.addCommand(CommandIDs.addConnection, {
    label: trans.__('Add Connection…'),
    describedBy: NO_ARGS,
    isEnabled: isAdmin,
    execute: () => section.edit(null)
  });
  app.commands.addCommand(CommandIDs.editConnection, {
    label: trans.__('Edit…'),
    describedBy: OF_CONNECTION,
    isEnabled: isAdmin,
    execute: async args => {
      const connection = found(args);
      if (connection) {
        await section.edit(connection);
      }
    }
  });
  app.commands.addCommand(CommandIDs.testConnection, {
    label: trans.__('Test'),
    describedBy: OF_CONNECTION,
    isEnabled: args => found(args)?.canUse ?? false,
    execute: async args => {
      const connection = found(args);
      if (connection) {
        await model.tryStored(connection.id);
      }
    }
  });
  app.commands.addCommand(CommandIDs.refreshConnection, {
    label: trans.__('Refresh Tables'),
    describedBy: OF_CONNECTION,
    isEnabled: args => found(args)?.canUse ?? false,
    execute: async args => {
      const connection = found(args);
      if (connection) {
        await model.catalogs.refresh(connection.id);
      }
    }
  });
  app.commands.addCommand(CommandIDs.deleteConnection, {
    label: trans.__('Delete…'),
    describedBy: OF_CONNECTION,
    isEnabled: isAdmin,
    execute: async args => {
      const connection = found(args);
      if (connection) {
        await remove(parts, connection);
      }
    }
  });
  addRelationCommands(parts, found);
}

function addRelationCommands(
  parts: IParts,
  found: (args: Args) => ConnectionFields | undefined
): void {
  const { app, model, sessions, trans } = parts;
  app.commands.addCommand(CommandIDs.previewRelation, {
    label: trans.__('Preview 100 Rows'),
    describedBy: OF_RELATION,
    isEnabled: args => found(args)?.canUse ?? false,
    execute: args => {
      const connection = found(args);
      if (connection && typeof args.relation === 'string') {
        preview(parts, connection, placeOf(connection, args));
      }
    }
  });
  app.commands.addCommand(CommandIDs.insertSelect, {
    label: trans.__('Insert SELECT'),
    caption: () =>
      sessions.current
        ? trans.__('Put a query of the table into the notebook')
        : trans.__('Open a notebook first'),
    describedBy: OF_RELATION,
    isEnabled: args =>
      sessions.current !== null && (found(args)?.canUse ?? false),
    execute: async args => {
      const connection = found(args);
      const notebook = sessions.current?.panel;
      if (!connection || !notebook || typeof args.relation !== 'string') {
        return;
      }
      try {
        const statement = await model.selectStatement(
          placeOf(connection, args)
        );
        app.shell.activateById(notebook.id);
        insertCell(
          notebook,
          `%%sql --connection ${connection.name}\n${statement}`
        );
      } catch (error) {
        model.fail(error);
      }
    }
  });
}

function placeOf(connection: ConnectionFields, args: Args): IPlace {
  return {
    connectionId: connection.id,
    schema: typeof args.schema === 'string' ? args.schema : null,
    name: String(args.relation)
  };
}

function preview(
  { app, model, trans, area }: IParts,
  connection: ConnectionFields,
  place: IPlace
): void {
  const relation =
    place.schema === null ? place.name : `${place.schema}.${place.name}`;
  const id = `sept-preview-${connection.id}-${relation}`;
  for (const widget of app.shell.widgets(area)) {
    if (widget.id === id) {
      app.shell.activateById(id);
      return;
    }
  }
  const content = new LazyPanel(async () => {
    const { RelationPreviewWidget } = await import('./preview');
    return new RelationPreviewWidget(model, place, trans);
  }, trans);
  const widget = new MainAreaWidget({ content });
  widget.id = id;
  widget.toolbar.hide();
  // Notebook's lower area draws icons without bounds.
  widget.title.icon = area === 'main' ? tableRowsIcon : undefined;
  widget.title.label = relation;
  widget.title.caption = trans.__('%1 in %2', relation, connection.name);
  widget.title.closable = true;
  app.shell.add(widget, area);
  app.shell.activateById(id);
}

async function remove(
  { model, trans }: IParts,
  connection: ConnectionFields
): Promise<void> {
  const { name, hasSecret } = connection;
  const lost = hasSecret
    ? trans.__('Its parameters and its stored password are lost.')
    : trans.__('Its parameters are lost.');
  const then = trans.__(
    'Cells with “--connection %1” fail; kernels that have it open keep it until restarted. The database itself is not touched.',
    name
  );
  const answer = await showDialog({
    title: trans.__('Delete the connection %1?', name),
    body: `${lost} ${then}`,
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  if (answer.button.accept) {
    await model.remove(connection.id).catch((error: unknown) => {
      model.fail(error);
    });
  }
}
