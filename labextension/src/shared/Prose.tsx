import * as React from 'react';

/** A sentence in which names stand between backticks, as the server writes them. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text.split('`').map((part, index) =>
        index % 2 === 1 ? (
          <code key={index} className="sept-Code">
            {part}
          </code>
        ) : (
          <React.Fragment key={index}>{part}</React.Fragment>
        )
      )}
    </>
  );
}
