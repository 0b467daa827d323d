import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellStateFields, ObservationStatus } from '../api/generated';

/** How a cell's state looks: the server's states, and the two cases in which there is none to show. */
export type Look =
  'idle' | 'running' | 'success' | 'error' | 'stale' | 'unknown' | 'none';

/**
 * The look of a cell.
 *
 * @param state - the server's word on it
 * @param observation - whether anybody can know what ran
 */
export function lookOf(
  state: CellStateFields,
  observation: ObservationStatus
): Look {
  if (state.isBroken) {
    return 'unknown';
  }
  if (observation === 'NOT_OBSERVED') {
    return 'none';
  }
  return state.state.toLowerCase() as Look;
}

/** The word beside the glyph, and in the accessible name. */
export function wordOf(look: Look, trans: TranslationBundle): string {
  switch (look) {
    case 'idle':
      return trans.__('not run');
    case 'running':
      return trans.__('running');
    case 'success':
      return trans.__('up to date');
    case 'error':
      return trans.__('error');
    case 'stale':
      return trans.__('stale');
    case 'unknown':
      return trans.__('cannot be analysed');
    case 'none':
      return '';
  }
}

/** "a", "a and b", "a, b and c". */
export function listOf(
  items: readonly string[],
  trans: TranslationBundle
): string {
  if (items.length < 2) {
    return items.join('');
  }
  return trans.__(
    '%1 and %2',
    items.slice(0, -1).join(', '),
    items[items.length - 1]
  );
}

/** The first line of a text that says something, without its margins. */
export function firstLine(source: string): string {
  return (
    source
      .split('\n')
      .map(line => line.trim())
      .find(line => line !== '') ?? ''
  );
}
