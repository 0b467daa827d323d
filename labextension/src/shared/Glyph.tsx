import * as React from 'react';

import { GLYPHS } from './glyphs';
import type { Look } from './looks';

/** The state's glyph for panels; hidden from screen readers: give the word beside it. */
export function Glyph({ look }: { readonly look: Look }): JSX.Element {
  const { d, isFilled } = GLYPHS[look];
  return (
    <svg
      className={`sept-Glyph sept-mod-${look}`}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      <path
        d={d}
        className={isFilled ? 'sept-Glyph-filled' : 'sept-Glyph-outline'}
      />
    </svg>
  );
}
