import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import { modelPerSession } from '../team/section';
import {
  CommandIDs,
  INotebookPanelSections,
  ISeptApi,
  ISeptSessions
} from '../tokens';
import { CommentsModel } from './model';
import { CommentsPanel } from './panel';

export const commentsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:comments',
  description: 'Comments on cells and notebooks.',
  autoStart: true,
  requires: [
    ISeptApi,
    ISeptSessions,
    INotebookPanelSections,
    IRenderMimeRegistry,
    ITranslator
  ],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    sessions: ISeptSessions,
    sections: INotebookPanelSections,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator,
    palette: ICommandPalette | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const modelOf = modelPerSession(session => new CommentsModel(api, session));
    // Badges show counts whether the panel is open or not.
    for (const session of sessions.all) {
      modelOf(session);
    }
    sessions.added.connect((_, session) => modelOf(session));
    sections.add({
      id: 'comments',
      rank: 20,
      widget: new CommentsPanel(api, sessions, modelOf, rendermime, trans)
    });
    app.commands.addCommand(CommandIDs.showComments, {
      label: trans.__('Show Comments'),
      caption: trans.__('Comments on the active cell and on the notebook'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => sections.reveal('comments')
    });
    palette?.addItem({
      command: CommandIDs.showComments,
      category: trans.__('Notebook Team')
    });
  }
};
