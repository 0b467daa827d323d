import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { CommandIDs, ISeptSessions, type ISeptSession } from '../tokens';
import { BadgePainter } from './painter';
import type { RowAct } from './row';

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
  activate: (
    app: JupyterFrontEnd,
    sessions: ISeptSessions,
    translator: ITranslator
  ): void => {
    const trans = translator.load(DOMAIN);
    const act = (session: ISeptSession, what: RowAct, cell: Cell): void => {
      const { content } = session.panel;
      content.activeCellIndex = content.widgets.indexOf(cell);
      if (app.commands.hasCommand(COMMANDS[what])) {
        void app.commands.execute(COMMANDS[what]);
      }
    };
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
