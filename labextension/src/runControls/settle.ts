import { CodeCell } from '@jupyterlab/cells';

import type { ISeptSession } from '../tokens';

/** Longer than this nobody waits for the kernel's report of a run. */
const LONGEST_MS = 3000;
/** Events usually bring the report; this is how often we ask in case they do not. */
const ASK_EVERY_MS = 300;

/**
 * Resolves when the server knows of the last run of a cell, so that states and plans can be trusted; at once where
 * no kernel reports runs, and in any case after a few seconds.
 */
export async function settled(
  session: ISeptSession,
  cellId: string
): Promise<void> {
  const isKnown = (): boolean => {
    const cell = session.cellOf(cellId);
    const state = session.cells.get(cellId);
    return (
      session.isDisposed ||
      session.status !== 'online' ||
      session.notebook?.observation.status !== 'OBSERVED' ||
      !(cell instanceof CodeCell) ||
      (state !== undefined &&
        state.state !== 'RUNNING' &&
        state.executionCount === cell.model.executionCount)
    );
  };
  if (isKnown()) {
    return;
  }
  await new Promise<void>(resolve => {
    const end = (): void => {
      clearInterval(asking);
      clearTimeout(giveUp);
      session.changed.disconnect(look);
      resolve();
    };
    const look = (): void => {
      if (isKnown()) {
        end();
      }
    };
    const asking = setInterval(() => {
      session.refresh();
      look();
    }, ASK_EVERY_MS);
    const giveUp = setTimeout(end, LONGEST_MS);
    session.changed.connect(look);
    session.refresh();
  });
}
