import type { TranslationBundle } from '@jupyterlab/translation';

import { SeptUnreachable } from '../api/errors';

/** What failed, for people: the server's own sentence, or that it could not be asked. */
export function problemText(error: unknown, trans: TranslationBundle): string {
  if (error instanceof SeptUnreachable) {
    return trans.__(
      'The server does not answer. Cells run and save as before.'
    );
  }
  return error instanceof Error ? error.message : String(error);
}
