import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { ISeptApi, ISeptSessions } from '../tokens';
import { DOMAIN } from '../shared/translation';
import { watchRewrites } from './rewrites';
import { SeptSessions } from './sessions';

export const sessionsPlugin: JupyterFrontEndPlugin<ISeptSessions> = {
  id: 'sept-labextension:sessions',
  description: 'Keeps the server informed of the open notebooks.',
  autoStart: true,
  requires: [INotebookTracker, ISeptApi, ITranslator],
  provides: ISeptSessions,
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    api: ISeptApi,
    translator: ITranslator
  ): ISeptSessions => {
    const trans = translator.load(DOMAIN);
    const sessions = new SeptSessions(tracker, api, trans);
    watchRewrites(api, sessions, trans);
    return sessions;
  }
};
