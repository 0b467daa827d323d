import { editorColumn } from '../shared/editorColumn';

/** Lines count from 1, columns from 0 in code points, as the server counts. */
export interface ISpan {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A span as offsets into the editor's text; null when the text has no such place. */
export function offsetsOf(
  source: string,
  span: ISpan
): { from: number; to: number } | null {
  const lines = source.split('\n');
  if (span.line < 1 || span.endLine > lines.length) {
    return null;
  }
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) +
    editorColumn(lines[line - 1], column);
  return {
    from: offset(span.line, span.column),
    to: offset(span.endLine, span.endColumn)
  };
}

/** Where an error of a `%%sql` cell points, as its output shows it. */
export interface IErrorPlace {
  readonly span: ISpan;
  readonly message: string;
}

/** Colours in what a kernel writes. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');
const PLACE = /^(line (\d+): )(.*)\n( *)(\^+)$/m;
const CANDIDATES = /^Did you mean .*\?$/m;

/**
 * The place in the output of a failed `%%sql` cell: `SqlCellError` of sept_ext/kernel/cell_error.py writes the line
 * with carets below. null for another error, one without a place, and when the line is another one by now.
 */
export function errorPlace(
  output: { readonly [key: string]: unknown },
  source: string
): IErrorPlace | null {
  if (output.ename !== 'SqlCellError' || !Array.isArray(output.traceback)) {
    return null;
  }
  const text = output.traceback.join('\n').replace(COLOURS, '');
  const found = PLACE.exec(text);
  const line = Number(found?.[2]);
  if (!found || source.split('\n')[line - 1] !== found[3]) {
    return null;
  }
  const column = found[4].length - found[1].length;
  const span = {
    line,
    column,
    endLine: line,
    endColumn: column + found[5].length
  };
  const message = [String(output.evalue ?? ''), CANDIDATES.exec(text)?.[0]];
  return { span, message: message.filter(Boolean).join(' ') };
}
