import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type ISeptSession, type ISeptSessions } from '../tokens';
import type { PlanRunner } from './runner';

/** Commands without arguments say so: the palette, menus and other tools read it. */
const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

const CELL_ARGS = {
  args: {
    type: 'object',
    properties: {
      cellId: {
        type: 'string',
        description: 'The cell; the active one if absent.'
      }
    }
  }
} as const;

type RunnerOf = (session: ISeptSession) => PlanRunner;

/** Add the run commands. They act on the current notebook. */
export function addRunCommands(
  app: JupyterFrontEnd,
  sessions: ISeptSessions,
  runnerOf: RunnerOf,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const current = (): PlanRunner | null =>
    sessions.current && runnerOf(sessions.current);
  const isReady = (): boolean =>
    sessions.current?.status === 'online' && !current()?.isBusy;

  commands.addCommand(CommandIDs.runStale, {
    label: trans.__('Run Stale Cells'),
    caption: trans.__('Run what is not up to date, in dependency order'),
    describedBy: NO_ARGS,
    isEnabled: () => isReady() && (sessions.current?.staleCount ?? 0) > 0,
    execute: () => current()?.run('STALE')
  });
  commands.addCommand(CommandIDs.runAll, {
    label: trans.__('Run All Cells in Dependency Order'),
    describedBy: NO_ARGS,
    isEnabled: isReady,
    execute: () => current()?.run('ALL')
  });
  commands.addCommand(CommandIDs.runWithUpstream, {
    label: trans.__('Run This Cell with Its Upstream'),
    caption: trans.__(
      'Run the cell and what it depends on, where that is needed'
    ),
    describedBy: CELL_ARGS,
    isEnabled: isReady,
    execute: args => {
      const session = sessions.current;
      const cellId =
        typeof args.cellId === 'string' ? args.cellId : activeId(session);
      return cellId === undefined
        ? undefined
        : current()?.run('WITH_UPSTREAM', cellId);
    }
  });
  addSmallCommands(commands, sessions, current, trans);
}

function addSmallCommands(
  commands: CommandRegistry,
  sessions: ISeptSessions,
  current: () => PlanRunner | null,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.cancelRun, {
    label: trans.__('Stop the Run After This Cell'),
    describedBy: NO_ARGS,
    isEnabled: () => current()?.progress !== null,
    execute: () => current()?.cancel()
  });
  commands.addCommand(CommandIDs.nextStale, {
    label: trans.__('Go to the Next Stale Cell'),
    describedBy: NO_ARGS,
    isEnabled: () => (sessions.current?.staleCount ?? 0) > 0,
    execute: () => goToNextStale(sessions.current)
  });
}

function activeId(session: ISeptSession | null): string | undefined {
  const cell = session?.panel.content.activeCell;
  return cell ? session.idOf(cell) : undefined;
}

/** The next stale cell below the active one, from the top again after the last. */
async function goToNextStale(session: ISeptSession | null): Promise<void> {
  if (!session) {
    return;
  }
  const { content } = session.panel;
  const { widgets, activeCellIndex } = content;
  const next = [
    ...widgets.slice(activeCellIndex + 1),
    ...widgets.slice(0, activeCellIndex + 1)
  ].find(cell => session.stateOf(cell)?.state === 'STALE');
  if (next) {
    await content.scrollToCell(next);
    content.activate();
  }
}
