import type { Extension } from '@codemirror/state';
import {
  ViewPlugin,
  type EditorView,
  type PluginValue,
  type ViewUpdate
} from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { SeptRefusal, SeptUnreachable } from '../api/errors';
import { SqlProblems, type SqlProblemsResult } from '../api/generated';
import type {
  ISeptApi,
  ISeptConnections,
  ISeptSession,
  ISeptSessions
} from '../tokens';
import { sqlCell, type ISqlCell } from './magic';
import { showMarks, type IMark } from './marks';
import { messageOf } from './messages';
import { offsetsOf } from './places';
import { schemasIn } from './schemas';

type Problem = SqlProblemsResult['sqlProblems'][number];

/** Milliseconds without a key until the server is asked. */
const ASK_AFTER = 400;
/** Milliseconds after which a word at the cursor counts as finished. */
const FINISHED_AFTER = 1600;

/** Whom the hints ask. */
export interface IHintSources {
  readonly api: Pick<ISeptApi, 'execute'>;
  readonly connections: ISeptConnections;
  readonly sessions: Pick<ISeptSessions, 'all'>;
  readonly trans: TranslationBundle;
}

/**
 * Underlines tables and columns that are not there, while a `%%sql` cell is written. Editors that nobody has been in
 * ask for nothing, and an answer never makes anything wait.
 */
export class SqlHints {
  private readonly hinters = new Set<Hinter>();

  constructor(private readonly sources: IHintSources) {}

  /** The extension of one editor. */
  extension(): Extension {
    return ViewPlugin.define(view => {
      const hinter = new Hinter(view, this.sources, () =>
        this.hinters.delete(hinter)
      );
      this.hinters.add(hinter);
      return hinter;
    });
  }

  /** Something became known, of one notebook or of all: look again where hints are wanted. */
  renew(session?: ISeptSession): void {
    this.hinters.forEach(hinter => {
      if (!session || hinter.isIn(session)) {
        hinter.renew();
      }
    });
  }
}

/** The hints of one editor. */
class Hinter implements PluginValue {
  /** Whether somebody has been in this editor. */
  private isWanted = false;
  private problems: readonly IMark[] = [];
  private timer: number | undefined;
  private asking: AbortController | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly sources: IHintSources,
    private readonly onDestroy: () => void
  ) {}

  update(update: ViewUpdate): void {
    if (update.docChanged && update.view.hasFocus) {
      this.isWanted = true;
      this.ask();
    } else if (update.docChanged) {
      this.renew();
    } else if (update.focusChanged && update.view.hasFocus && !this.isWanted) {
      this.isWanted = true;
      this.ask();
    } else if (update.selectionSet || update.focusChanged) {
      this.later(0, () => this.show(true));
    }
  }

  isIn(session: ISeptSession): boolean {
    return session.panel.node.contains(this.view.dom);
  }

  renew(): void {
    if (this.isWanted) {
      this.ask();
    }
  }

  destroy(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.onDestroy();
  }

  private later(milliseconds: number, act: () => void): void {
    // What waits to ask goes on waiting: showing what is known already is no reason to forget it.
    if (milliseconds > 0 || !this.asking) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(act, milliseconds);
    }
  }

  private ask(): void {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.later(ASK_AFTER, () => {
      void this.look(asking).finally(() => {
        if (this.asking === asking) {
          this.asking = null;
        }
      });
    });
  }

  private async look({ signal }: AbortController): Promise<void> {
    const source = this.view.state.doc.toString();
    const problems = await this.problemsOf(source, signal);
    if (signal.aborted || this.view.state.doc.toString() !== source) {
      return;
    }
    this.problems = problems.flatMap(problem => this.markOf(problem, source));
    this.show(false);
    this.later(FINISHED_AFTER, () => this.show(true));
  }

  /** Show what is known; a word that is being written is not told to be wrong. */
  private show(isFinished: boolean): void {
    const { head } = this.view.state.selection.main;
    const isWriting = !isFinished && this.view.hasFocus;
    const marks = this.problems.filter(
      ({ from, to }) => !isWriting || head < from || head > to
    );
    showMarks(this.view, 'problem', marks);
  }

  private async problemsOf(
    source: string,
    signal: AbortSignal
  ): Promise<readonly Problem[]> {
    const cell = sqlCell(source);
    const session = sessionOf(this.view, this.sources.sessions);
    const connectionId = cell && this.connectionOf(cell, source);
    if (!cell || !session || connectionId === undefined) {
      return [];
    }
    try {
      await session.flush();
      const { path, clientId } = session;
      const variables = { source, connectionId, path, clientId };
      return (await this.sources.api.execute(SqlProblems, variables, signal))
        .sqlProblems;
    } catch (error) {
      // Advice that cannot be had is no news: what fails for good is said when the cell runs.
      if (
        signal.aborted ||
        error instanceof SeptRefusal ||
        error instanceof SeptUnreachable
      ) {
        return [];
      }
      throw error;
    }
  }

  /** null: dataframes. undefined: a connection that is not known here. Its tables are fetched behind, for next time. */
  private connectionOf(
    cell: ISqlCell,
    source: string
  ): string | null | undefined {
    if (cell.connection === null) {
      return null;
    }
    const { connections } = this.sources;
    const connection = connections.named(cell.connection);
    if (connection) {
      schemasIn(source, connection, connections);
    }
    return connection && connections.relationsOf(connection).length > 0
      ? connection.id
      : undefined;
  }

  private markOf(problem: Problem, source: string): IMark[] {
    const place = problem.span && offsetsOf(source, problem.span);
    return place
      ? [{ ...place, message: messageOf(problem, this.sources.trans) }]
      : [];
  }
}

/** The session of the notebook that an editor is in. */
function sessionOf(
  view: EditorView,
  sessions: Pick<ISeptSessions, 'all'>
): ISeptSession | undefined {
  return [...sessions.all].find(({ panel }) => panel.node.contains(view.dom));
}
