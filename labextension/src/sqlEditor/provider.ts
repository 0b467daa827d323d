import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider
} from '@jupyterlab/completer';
import {
  ContextCompleterProvider,
  KernelCompleterProvider
} from '@jupyterlab/completer';
import { NotebookPanel } from '@jupyterlab/notebook';

import type { IRelation, ISeptConnections, ISeptSessions } from '../tokens';
import type { IFacts } from './completion';
import { framesOf } from './frames';
import { isInExpression, sqlCell } from './magic';
import { schemasIn } from './schemas';

/** Completes `%%sql` cells from what is known already; what is not known is fetched for the next time. */
export class SqlCompletionProvider implements ICompletionProvider {
  readonly identifier = 'CompletionProvider:sept-sql';
  /** Above the kernel's and the context's. */
  readonly rank = 1100;
  readonly renderer = null;

  constructor(
    private readonly connections: ISeptConnections,
    private readonly sessions: ISeptSessions
  ) {}

  async isApplicable(context: ICompletionContext): Promise<boolean> {
    return isSqlPlace(context);
  }

  async fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    const start = performance.now();
    const facts = this.factsOf(request.text, context);
    const { complete } = await loadCompletion();
    const found = complete(request.text, request.offset, facts);
    performance.measure('sept-sql-completion', { start });
    return {
      start: found?.start ?? request.offset,
      end: found?.end ?? request.offset,
      items: (found?.items ?? []).map(
        ({ label, insertText, type, detail }) => ({
          label,
          insertText,
          type,
          documentation: detail || undefined
        })
      )
    };
  }

  private factsOf(source: string, context: ICompletionContext): IFacts {
    const name = sqlCell(source)?.connection ?? null;
    const connection = name === null ? undefined : this.connections.named(name);
    return {
      relations: connection ? this.connections.relationsOf(connection) : [],
      schemas: connection
        ? schemasIn(source, connection, this.connections)
        : [],
      frames: this.framesFor(context),
      connections: this.connections.usable().map(one => one.name)
    };
  }

  private framesFor(context: ICompletionContext): readonly IRelation[] {
    const { widget } = context;
    const session =
      widget instanceof NotebookPanel ? this.sessions.get(widget) : undefined;
    return session
      ? framesOf(session, session.panel.content.activeCellIndex)
      : [];
  }
}

/** What only SQL cells need; they load it as soon as somebody is in one. */
export function loadCompletion(): Promise<typeof import('./completion')> {
  return import('./completion');
}

/** Whether the cursor stands in the SQL (or the magic's line) of a `%%sql` cell. */
function isSqlPlace({ editor }: ICompletionContext): boolean {
  if (!editor) {
    return false;
  }
  const source = editor.model.sharedModel.getSource();
  const offset = editor.getOffsetAt(editor.getCursorPosition());
  return sqlCell(source) !== null && !isInExpression(source, offset);
}

/**
 * Keep others out of SQL. The kernel offers Python's names there, and the core shows nothing before it has answered,
 * which takes a second (its time limit) while a cell runs; the core's own provider offers every token of the text, the
 * magic's line among them. There is no setting for one kind of cell, so both are asked to be not applicable; inside of
 * `{{ }}`, where Python stands, they are as before.
 */
export function keepOthersOutOfSql(): void {
  for (const { prototype } of [
    KernelCompleterProvider,
    ContextCompleterProvider
  ]) {
    const { isApplicable } = prototype;
    prototype.isApplicable = function (context: ICompletionContext) {
      return isSqlPlace(context)
        ? Promise.resolve(false)
        : isApplicable.call(this, context);
    };
  }
}
