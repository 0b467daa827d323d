import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { CommandIDs, ISeptSessions, type ISeptSession } from '../tokens';
import { BadgePainter } from './painter';
import type { RowAct } from './row';
import { focusBadge } from './rowKeys';

const COMMANDS: Readonly<Record<RowAct, string>> = {
  explain: CommandIDs.showDependencies,
  run: CommandIDs.runWithUpstream,
  comments: CommandIDs.showComments
};

export const badgesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:badges',
  description: 'Shows on every cell what it reads and writes, and its state.',
  autoStart: true,
  requires: [ISeptSessions, ITranslator],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    translator: ITranslator,
    palette: ICommandPalette | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const act = (session: ISeptSession, what: RowAct, cell: Cell): void => {
      const { content } = session.panel;
      content.activeCellIndex = content.widgets.indexOf(cell);
      if (app.commands.hasCommand(COMMANDS[what])) {
        void app.commands.execute(COMMANDS[what]);
      }
    };
    app.commands.addCommand(CommandIDs.focusBadge, {
      label: trans.__('Go to the Badge of This Cell'),
      caption: trans.__('Arrows move between names and buttons'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => sessions.current !== null,
      execute: () => sessions.current && focusBadge(sessions.current)
    });
    palette?.addItem({
      command: CommandIDs.focusBadge,
      category: trans.__('Notebook Dependencies')
    });
    const paint = (session: ISeptSession): BadgePainter =>
      new BadgePainter(
        session,
        { act: (what, cell) => act(session, what, cell) },
        trans
      );
    for (const session of sessions.all) {
      paint(session);
    }
    sessions.added.connect((_, session) => paint(session));
  }
};
