import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IDraft } from './draft';
import type { Kind } from './model';

/** One parameter: typed in, or chosen where it can be a few words only. */
export function ParameterField(props: {
  readonly field: Kind['fields'][number];
  readonly value: string;
  readonly problem: string;
  readonly trans: TranslationBundle;
  onChange(value: string): void;
}): JSX.Element {
  const { field, value, trans } = props;
  const label = field.isRequired
    ? field.label
    : trans.__('%1 (optional)', field.label);
  if (field.choices.length > 0) {
    return (
      <Labelled label={label} problem={props.problem}>
        <select
          className="sept-Select sept-mod-wide"
          value={value}
          onChange={event => props.onChange(event.target.value)}
        >
          <option value="">
            {trans.__('%1 (default)', field.placeholder)}
          </option>
          {[...new Set([...field.choices, value])]
            .filter(choice => choice !== '' && choice !== field.placeholder)
            .map(choice => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
        </select>
      </Labelled>
    );
  }
  return (
    <Labelled
      label={label}
      hint={
        field.name === 'path'
          ? trans.__(
              'A relative path counts from the folder JupyterLab was started in.'
            )
          : undefined
      }
      problem={props.problem}
    >
      <input
        className="sept-Composer-field"
        value={value}
        placeholder={field.placeholder}
        onChange={event => props.onChange(event.target.value)}
      />
    </Labelled>
  );
}

/** The secret: typed in, never shown again. */
export function SecretField(props: {
  readonly draft: IDraft;
  readonly hasSecret: boolean;
  readonly trans: TranslationBundle;
  onChange(draft: IDraft): void;
}): JSX.Element {
  const { draft, hasSecret, trans } = props;
  const isKept = hasSecret && !draft.isSecretRemoved;
  return (
    <>
      <Labelled
        label={trans.__('Password or token')}
        hint={
          hasSecret && draft.isSecretRemoved && draft.secret === ''
            ? trans.__('The stored one will be removed.')
            : undefined
        }
      >
        <input
          type="password"
          className="sept-Composer-field"
          autoComplete="new-password"
          value={draft.secret}
          placeholder={isKept ? trans.__('Stored; type to replace it') : ''}
          onChange={event =>
            props.onChange({ ...draft, secret: event.target.value })
          }
        />
      </Labelled>
      {hasSecret && (
        <label className="sept-Form-check">
          <input
            type="checkbox"
            checked={draft.isSecretRemoved}
            onChange={event =>
              props.onChange({
                ...draft,
                isSecretRemoved: event.target.checked
              })
            }
          />
          {trans.__('Remove the stored password')}
        </label>
      )}
    </>
  );
}

/** A field under its label; what is said below it describes it. */
export function Labelled(props: {
  readonly label: string;
  readonly hint?: string;
  readonly problem?: string;
  readonly children: React.ReactElement<{
    id?: string;
    'aria-describedby'?: string;
    'aria-invalid'?: boolean;
  }>;
}): JSX.Element {
  const id = React.useId();
  const isDescribed = Boolean(props.hint ?? props.problem);
  return (
    <div className="sept-Form-field">
      <label className="sept-Form-label" htmlFor={id}>
        {props.label}
      </label>
      {React.cloneElement(props.children, {
        id,
        'aria-describedby': isDescribed ? `${id}-more` : undefined,
        'aria-invalid': Boolean(props.problem)
      })}
      <span id={`${id}-more`} className="sept-Form-more">
        {props.hint && <span className="sept-Form-hint">{props.hint}</span>}
        {props.problem && (
          <span className="sept-Form-problem" role="alert">
            {props.problem}
          </span>
        )}
      </span>
    </div>
  );
}
