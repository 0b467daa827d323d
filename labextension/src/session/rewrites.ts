import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISeptApi, ISeptSession, ISeptSessions } from '../tokens';

/** When the server changed a file that is open here: load it, or ask if there are unsaved edits. */
export function watchRewrites(
  api: ISeptApi,
  sessions: ISeptSessions,
  trans: TranslationBundle
): void {
  api.events.connect((_, event) => {
    if (event.kind !== 'NOTEBOOK_REWRITTEN') {
      return;
    }
    for (const session of sessions.all) {
      if (session.path === event.path) {
        reload(session, trans);
      }
    }
  });
}

function reload(session: ISeptSession, trans: TranslationBundle): void {
  const { context } = session.panel;
  if (!context.model.dirty) {
    void context.revert();
    return;
  }
  Notification.warning(
    trans.__(
      '%1 was changed on the server, and you have unsaved edits here.',
      session.path
    ),
    {
      autoClose: false,
      actions: [
        {
          label: trans.__('Load the new file'),
          caption: trans.__('Your unsaved edits will be lost'),
          callback: () => void context.revert()
        }
      ]
    }
  );
}
