import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { CommandIDs, type ISeptSessions } from '../tokens';
import { modeSentence } from './modeMenu';
import { isMode, MODES, type Mode, type ModeStore } from './modes';

/** One command for all modes; its argument says which. */
export function addModeCommand(
  app: JupyterFrontEnd,
  sessions: ISeptSessions,
  modes: ModeStore,
  palette: ICommandPalette | null,
  trans: TranslationBundle
): void {
  const modeOf = (value: unknown): Mode => (isMode(value) ? value : 'MARK');
  app.commands.addCommand(CommandIDs.setMode, {
    label: args => modeSentence(modeOf(args.mode), trans),
    describedBy: {
      args: {
        type: 'object',
        properties: { mode: { type: 'string', enum: [...MODES] } }
      }
    },
    isToggleable: true,
    isToggled: args =>
      sessions.current !== null &&
      modes.of(sessions.current.path) === modeOf(args.mode),
    isEnabled: () => sessions.current !== null,
    execute: async args => {
      const session = sessions.current;
      if (session) {
        const mode = modeOf(args.mode);
        await modes.choose(session.path, mode);
        session.announce(modeSentence(mode, trans));
        app.commands.notifyCommandChanged(CommandIDs.setMode);
      }
    }
  });
  MODES.forEach(mode =>
    palette?.addItem({
      command: CommandIDs.setMode,
      args: { mode },
      category: trans.__('Notebook Dependencies')
    })
  );
}
