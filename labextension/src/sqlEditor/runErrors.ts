import type { Extension } from '@codemirror/state';
import { ViewPlugin, type EditorView } from '@codemirror/view';
import type { ICodeCellModel } from '@jupyterlab/cells';

import { sqlCell } from './magic';
import { showMarks, type IMark } from './marks';
import { errorPlace, offsetsOf } from './places';

/** Marks the place that the last run of a `%%sql` cell failed at, until the text or the output changes. */
export function runErrors({ outputs }: ICodeCellModel): Extension {
  return ViewPlugin.define(view => {
    // An editor may not be changed while it is updated or made, and outputs come in pieces.
    let timer: number | undefined;
    const look = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => show(view, outputs));
    };
    outputs.changed.connect(look);
    look();
    return {
      destroy: () => {
        window.clearTimeout(timer);
        outputs.changed.disconnect(look);
      }
    };
  });
}

function show(view: EditorView, outputs: ICodeCellModel['outputs']): void {
  const source = view.state.doc.toString();
  const marks = sqlCell(source) ? marksOf(source, outputs) : [];
  showMarks(view, 'error', marks);
}

function marksOf(source: string, outputs: ICodeCellModel['outputs']): IMark[] {
  return outputs.toJSON().flatMap(output => {
    const found = errorPlace(output, source);
    const place = found && offsetsOf(source, found.span);
    return found && place ? [{ ...place, message: found.message }] : [];
  });
}
