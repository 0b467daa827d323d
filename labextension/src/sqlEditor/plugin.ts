import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { ICodeCellModel } from '@jupyterlab/cells';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry,
  IEditorLanguageRegistry
} from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { ITranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../shared/translation';
import {
  CommandIDs,
  ISeptApi,
  ISeptConnections,
  ISeptSessions,
  type ISeptSession
} from '../tokens';
import { addSqlCommands } from './commands';
import { DEFAULT_DIALECT, dialectOfUrl, languageName } from './dialects';
import { SqlHints, type IHintSources } from './hints';
import { SqlHighlighter } from './language';
import type { ISqlCell } from './magic';
import { sqlMarks } from './marks';
import {
  keepOthersOutOfSql,
  loadCompletion,
  SqlCompletionProvider
} from './provider';
import { runErrors } from './runErrors';

export const sqlEditorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'sept-labextension:sql-editor',
  description: '%%sql cells: highlighting, completion, layout, dialects.',
  autoStart: true,
  requires: [
    ISeptApi,
    ISeptSessions,
    ISeptConnections,
    IEditorExtensionRegistry,
    IEditorLanguageRegistry,
    ITranslator
  ],
  optional: [ICompletionProviderManager, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    api: ISeptApi,
    sessions: ISeptSessions,
    connections: ISeptConnections,
    extensions: IEditorExtensionRegistry,
    languages: IEditorLanguageRegistry,
    translator: ITranslator,
    completions: ICompletionProviderManager | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = translator.load(DOMAIN);
    const dialectOf = (cell: ISqlCell): string => dialect(cell, connections);
    addHighlighting(extensions, languages, connections, sessions, dialectOf);
    addMarks(extensions, { api, connections, sessions, trans });
    addSqlCommands({ app, api, sessions, trans, dialectOf });
    if (completions) {
      completions.registerProvider(
        new SqlCompletionProvider(connections, sessions)
      );
      keepOthersOutOfSql();
    }
    const category = trans.__('Notebook Operations');
    for (const command of [
      CommandIDs.formatSql,
      CommandIDs.convertSql,
      CommandIDs.nextSqlHint
    ]) {
      palette?.addItem({ command, category });
    }
  }
};

/** What a cell speaks: as it says itself, as its connection does, else the notebook's own DuckDB. */
function dialect(cell: ISqlCell, connections: ISeptConnections): string {
  if (cell.dialect !== null) {
    return cell.dialect.toLowerCase();
  }
  if (cell.connection === null) {
    return DEFAULT_DIALECT;
  }
  return (
    dialectOfUrl(cell.connection) ??
    connections.named(cell.connection)?.dialect ??
    DEFAULT_DIALECT
  );
}

function addHighlighting(
  extensions: IEditorExtensionRegistry,
  languages: IEditorLanguageRegistry,
  connections: ISeptConnections,
  sessions: ISeptSessions,
  dialectOf: (cell: ISqlCell) => string
): void {
  const highlighter: SqlHighlighter = new SqlHighlighter(cell => {
    // There is a SQL cell: what completes it is at hand before somebody asks.
    void loadCompletion();
    const name = languageName(dialectOf(cell));
    const known = languages.findByName(name)?.support;
    if (!known) {
      void languages.getLanguage(name).then(() => highlighter.renew());
    }
    return known ?? null;
  });
  connections.changed.connect(() => highlighter.renew());
  extensions.addExtension({
    name: 'sept-labextension:sql',
    factory: ({ inline, model }) =>
      inline && isCode(model)
        ? EditorExtensionRegistry.createImmutableExtension(
            highlighter.extension(model.sharedModel.getSource())
          )
        : null
  });
  // By the time somebody types the magic, its language is there.
  const load = (): void => {
    window.setTimeout(() => {
      void languages.getLanguage(languageName(DEFAULT_DIALECT));
    }, 2000);
  };
  if ([...sessions.all].length > 0) {
    load();
  }
  sessions.added.connect(load);
}

/** Underline what is not there, and what the last run failed at. */
function addMarks(
  extensions: IEditorExtensionRegistry,
  sources: IHintSources & { readonly sessions: ISeptSessions }
): void {
  const hints = new SqlHints(sources);
  sources.connections.changed.connect(() => hints.renew());
  const follow = (session: ISeptSession): void => {
    session.changed.connect(() => hints.renew(session));
  };
  [...sources.sessions.all].forEach(follow);
  sources.sessions.added.connect((_, session) => follow(session));
  extensions.addExtension({
    name: 'sept-labextension:sql-marks',
    factory: ({ inline, model }) =>
      inline && isCode(model)
        ? EditorExtensionRegistry.createImmutableExtension([
            sqlMarks,
            hints.extension(),
            ...(isCodeCell(model) ? [runErrors(model)] : [])
          ])
        : null
  });
}

function isCodeCell(model: object): model is ICodeCellModel {
  return 'type' in model && model.type === 'code' && 'outputs' in model;
}

/** Cells' editors have the cell's own model; other inline editors (a console's) have no type. */
function isCode(model: object): boolean {
  return !('type' in model) || model.type === 'code';
}
