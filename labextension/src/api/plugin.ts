import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { ISeptApi } from '../tokens';
import { SeptApi } from './api';

export const apiPlugin: JupyterFrontEndPlugin<ISeptApi> = {
  id: 'sept-labextension:api',
  description: 'Asks the Sept server and hears what changed.',
  autoStart: true,
  provides: ISeptApi,
  activate: (app: JupyterFrontEnd): ISeptApi =>
    new SeptApi(app.serviceManager.serverSettings)
};
