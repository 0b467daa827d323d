import type { TranslationBundle } from '@jupyterlab/translation';

import type { NotebookStateFields } from '../api/generated';
import type { SessionStatus } from '../tokens';

/** What the hint depends on. */
export interface IHintInput {
  readonly status: SessionStatus;
  readonly problem: string | null;
  readonly notebook: Omit<NotebookStateFields, 'cells'> | null;
  readonly cellCount: number;
  readonly edgeCount: number;
}

/** What to say above the picture: what is missing or wrong, or nothing. `input` null: no notebook is open. */
export function hintOf(
  input: IHintInput | null,
  trans: TranslationBundle
): string {
  if (!input) {
    return trans.__(
      'Open a notebook to see how its cells depend on each other.'
    );
  }
  if (input.status === 'offline') {
    return trans.__(
      'The Sept server does not answer. What is shown is the last known state. %1',
      input.problem ?? ''
    );
  }
  if (!input.notebook) {
    return trans.__('Reading the notebook …');
  }
  if (input.cellCount === 0) {
    return trans.__('This notebook has no code cells yet.');
  }
  if (input.notebook.observation.status === 'NOT_OBSERVED') {
    return (
      input.notebook.observation.message ??
      trans.__('The kernel cannot tell what runs did, so states are not shown.')
    );
  }
  return input.edgeCount === 0
    ? trans.__(
        'No cell depends on another one yet. A line appears when a cell uses a name that a cell above writes.'
      )
    : '';
}
