import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';

import { LazyPanel } from '../shared/lazyPanel';
import { DOMAIN } from '../shared/translation';
import { modelPerSession } from '../team/modelPerSession';
import {
  CommandIDs,
  INotebookPanelSections,
  ISeptApi,
  ISeptSessions
} from '../tokens';
import { CommentsModel } from './model';

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
    const widget = new LazyPanel(async () => {
      const { CommentsPanel } = await import('./panel');
      return new CommentsPanel(api, sessions, modelOf, rendermime, trans);
    }, trans);
    widget.title.label = trans.__('Comments');
    sections.add({ id: 'comments', rank: 20, widget });
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
