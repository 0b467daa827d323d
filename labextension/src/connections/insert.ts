import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

/** Put a text into the active cell when it is an empty code cell, else into a new cell below it; and go there. */
export function insertCell(panel: NotebookPanel, source: string): void {
  const { content } = panel;
  const active = content.activeCell;
  const isFree =
    active?.model.type === 'code' &&
    active.model.sharedModel.getSource().trim() === '';
  if (!isFree) {
    NotebookActions.insertBelow(content);
    if (content.activeCell?.model.type !== 'code') {
      NotebookActions.changeCellType(content, 'code');
    }
  }
  content.activeCell?.model.sharedModel.setSource(source);
  content.mode = 'edit';
  content.activeCell?.editor?.focus();
}
