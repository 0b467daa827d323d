import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { apiPlugin } from './api/plugin';
import { badgesPlugin } from './badges/plugin';
import { commentsPlugin } from './comments/plugin';
import { connectionsPlugin } from './connections/plugin';
import { dependenciesPlugin } from './dependencies/plugin';
import { graphPlugin } from './graph/plugin';
import { notebookPanelPlugin } from './notebookPanel/plugin';
import { runControlsPlugin } from './runControls/plugin';
import { sessionsPlugin } from './session/plugin';
import { sqlEditorPlugin } from './sqlEditor/plugin';
import { versionsPlugin } from './versions/plugin';
import { workspacesPlugin } from './workspaces/plugin';

/** Every plugin of Sept; each is described where it is defined. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  apiPlugin,
  sessionsPlugin,
  badgesPlugin,
  notebookPanelPlugin,
  dependenciesPlugin,
  graphPlugin,
  commentsPlugin,
  versionsPlugin,
  workspacesPlugin,
  connectionsPlugin,
  sqlEditorPlugin,
  runControlsPlugin
];

export default plugins;
