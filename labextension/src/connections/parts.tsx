import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Glyph } from '../shared/Glyph';
import type { ITrial } from './model';

/** How a try of a connection went. */
export function TrialNote(props: {
  readonly trial: ITrial;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { trial, trans } = props;
  const look = trial.isRunning
    ? 'running'
    : trial.isWorking
      ? 'success'
      : 'error';
  return (
    <p className="sept-Trial" role="status">
      <Glyph look={look} />
      <span>{trial.isRunning ? trans.__('Connecting…') : trial.message}</span>
    </p>
  );
}
