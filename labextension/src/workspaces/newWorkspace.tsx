import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Composer } from '../team/parts';

/** Makes a workspace: the field at once where there is none yet, else behind a link. */
export function NewWorkspace(props: {
  readonly isFirst: boolean;
  readonly trans: TranslationBundle;
  onCreate(name: string): Promise<void>;
}): JSX.Element {
  const { isFirst, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  if (!isFirst && !isOpen) {
    return (
      <button
        type="button"
        className="sept-LinkButton"
        onClick={() => setOpen(true)}
      >
        {trans.__('New workspace…')}
      </button>
    );
  }
  return (
    <Composer
      label={trans.__('Name of the new workspace')}
      placeholder={trans.__('Name of the new workspace')}
      submit={trans.__('Create')}
      maxLength={200}
      autoFocus={isOpen}
      trans={trans}
      onSubmit={async name => {
        await props.onCreate(name);
        setOpen(false);
      }}
      onCancel={isFirst ? undefined : () => setOpen(false)}
    />
  );
}
