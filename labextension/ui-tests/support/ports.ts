import { join } from 'node:path';

/** Journeys run side by side, each worker against a server of its own: SEPT_UI_WORKERS=1 runs one at a time. */
export const WORKERS = Number(process.env.SEPT_UI_WORKERS ?? '2');

const FIRST_PORT = Number(process.env.SEPT_UI_PORT ?? '9941');

/** Playwright gives a worker that replaces a broken one the same place. */
const PLACE = Number(process.env.TEST_PARALLEL_INDEX ?? '0');

/** The port of the server of the worker at a place. */
export function portOf(place: number): number {
  return FIRST_PORT + place;
}

/** The port of the server of this worker. */
export const PORT = portOf(PLACE);

/** A port that no other server of the journeys has. */
export function ownPort(offset: number): number {
  return FIRST_PORT + offset + PLACE;
}

/** Everything that the server at a port leaves behind. */
export function workFolder(port: number): string {
  return join(__dirname, '../.work', String(port));
}
