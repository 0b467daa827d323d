import type { TranslationBundle } from '@jupyterlab/translation';

import type { EdgeStatus } from '../api/generated';

/** How a dependency is known, in words. */
export function edgeWords(
  status: EdgeStatus,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'STATIC':
      return trans.__('from the text');
    case 'OBSERVED':
      return trans.__('seen in a run');
    case 'REFUTED':
      return trans.__('not written in the last run');
  }
}
