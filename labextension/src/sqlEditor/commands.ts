import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ConvertSql, FormatSql, SqlDialects } from '../api/generated';
import { problemText } from '../team/errors';
import { CommandIDs, type ISeptApi, type ISeptSessions } from '../tokens';
import { sqlCell, type ISqlCell } from './magic';
import { goToNextMark } from './marks';

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

interface IParts {
  readonly app: JupyterFrontEnd;
  readonly api: ISeptApi;
  readonly sessions: ISeptSessions;
  readonly trans: TranslationBundle;
  /** sqlglot's name of what a cell speaks. */
  dialectOf(cell: ISqlCell): string;
}

/**
 * Add "Format SQL cell" and "Convert SQL dialect…", which change the active cell in one step that can be undone, and
 * "Next problem in SQL cell", for those who do not point.
 */
export function addSqlCommands(parts: IParts): void {
  const { app, api, sessions, trans } = parts;
  const active = (): { cell: Cell; sql: ISqlCell; source: string } | null => {
    const cell = sessions.current?.panel.content.activeCell;
    const source = cell?.model.sharedModel.getSource() ?? '';
    const sql = sqlCell(source);
    return cell && sql && cell.model.type === 'code'
      ? { cell, sql, source }
      : null;
  };
  /** Have the server rewrite the SQL of the active cell, and put it in place if the cell is still what it was. */
  const rewrite = async (
    work: (sql: string, dialect: string) => Promise<string>
  ): Promise<void> => {
    const found = active();
    if (!found) {
      return;
    }
    const { cell, sql, source } = found;
    // With as many lines above as in the cell, the places that the server names are those of the cell.
    const above = source.slice(0, sql.sqlStart).replace(/[^\n]/g, '');
    try {
      const made = await work(
        above + source.slice(sql.sqlStart),
        parts.dialectOf(sql)
      );
      const { sharedModel } = cell.model;
      if (sharedModel.getSource() === source) {
        sharedModel.updateSource(sql.sqlStart, source.length, made);
      }
    } catch (error) {
      Notification.error(problemText(error, trans), { autoClose: 8000 });
    }
  };

  app.commands.addCommand(CommandIDs.formatSql, {
    label: trans.__('Format SQL Cell'),
    caption: trans.__('Lay out the SQL of the active cell'),
    describedBy: NO_ARGS,
    isEnabled: () => active() !== null,
    execute: () =>
      rewrite(
        async (sql, dialect) =>
          (await api.execute(FormatSql, { sql, dialect })).formatSql
      )
  });
  app.commands.addCommand(CommandIDs.convertSql, {
    label: trans.__('Convert SQL Dialect…'),
    caption: trans.__(
      'Write the SQL of the active cell in another database’s words'
    ),
    describedBy: NO_ARGS,
    isEnabled: () => active() !== null,
    execute: async () => {
      const found = active();
      const to = found && (await chosen(parts, parts.dialectOf(found.sql)));
      if (to) {
        await rewrite(
          async (sql, from) =>
            (await api.execute(ConvertSql, { sql, from, to })).convertSql
        );
      }
    }
  });
  addNextHint(parts, active);
}

function addNextHint(
  { app, sessions, trans }: IParts,
  active: () => { readonly cell: Cell } | null
): void {
  app.commands.addCommand(CommandIDs.nextSqlHint, {
    label: trans.__('Next Problem in SQL Cell'),
    caption: trans.__('Select the next underlined place and say what is wrong'),
    describedBy: NO_ARGS,
    isEnabled: () => active() !== null,
    execute: () => {
      const editor = active()?.cell.editor as CodeMirrorEditor | null;
      const found = editor && goToNextMark(editor.editor);
      sessions.current?.announce(
        found
          ? trans.__(
              '%1 (%2 of %3)',
              found.message.replace(/`/g, ''),
              found.number,
              found.count
            )
          : trans.__('No problem is known in this cell.')
      );
    }
  });
}

/** The dialect to convert to, as a person chooses it; null when they do not. */
async function chosen(
  { api, trans }: IParts,
  from: string
): Promise<string | null> {
  try {
    const { sqlDialects } = await api.execute(SqlDialects, {});
    const others = sqlDialects.filter(({ name }) => name !== from);
    const answer = await InputDialog.getItem({
      title: trans.__('Convert this SQL to'),
      items: others.map(({ title }) => title),
      okLabel: trans.__('Convert')
    });
    return others.find(({ title }) => title === answer.value)?.name ?? null;
  } catch (error) {
    await showDialog({
      title: trans.__('The dialects could not be listed'),
      body: problemText(error, trans),
      buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
    });
    return null;
  }
}
