import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Role } from '../api/generated';
import { problemText } from '../team/errors';
import { ProblemNote } from '../team/parts';
import {
  missingIn,
  newDraft,
  parameterOf,
  withParameter,
  type IDraft
} from './draft';
import { Labelled, ParameterField, SecretField } from './fields';
import type { ITrial, Kind } from './model';
import { TrialNote } from './parts';

const ROLES: readonly Role[] = ['VIEWER', 'EDITOR', 'ADMIN'];

interface IFormProps {
  readonly initial: IDraft;
  readonly kinds: readonly Kind[];
  /** The stored connection has a secret, which is not shown. */
  readonly hasSecret: boolean;
  readonly trans: TranslationBundle;
  onTest(draft: IDraft): Promise<ITrial>;
  /** Resolves when it is stored; what is in the form stays until then. */
  onSave(draft: IDraft): Promise<void>;
  onCancel(): void;
}

/** A form for one connection, made from what its kind says of itself. */
export function ConnectionForm(props: IFormProps): JSX.Element {
  const { kinds, trans } = props;
  const [draft, setDraft] = React.useState(props.initial);
  const [problem, setProblem] = React.useState<unknown>(null);
  const [trial, setTrial] = React.useState<ITrial | null>(null);
  const [isBusy, setBusy] = React.useState(false);
  const [isTried, setTried] = React.useState(false);
  const [attempts, setAttempts] = React.useState(0);
  const first = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => first.current?.focus(), []);
  const form = React.useRef<HTMLFormElement>(null);
  const end = React.useRef<HTMLDivElement>(null);
  // What is in the form now: the answer to a test of something else is no news.
  const latest = React.useRef(props.initial);
  // What came of it stands below fields that fill the panel.
  React.useEffect(() => {
    if (trial !== null || problem !== null) {
      end.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [trial, problem]);
  // What is missing may be above what is seen.
  React.useEffect(() => {
    if (attempts > 0) {
      form.current
        ?.querySelector<HTMLElement>('[aria-invalid="true"]')
        ?.focus();
    }
  }, [attempts]);
  const kind = kinds.find(one => one.kind === draft.kind);
  if (!kind) {
    return (
      <ProblemNote
        text={trans.__(
          'This server has no connector for %1; install it to change the connection.',
          draft.kind
        )}
        trans={trans}
      />
    );
  }
  const missing = missingIn(draft, kind);
  const change = (changed: IDraft): void => {
    latest.current = changed;
    setDraft(changed);
    setTrial(null);
    setProblem(null);
  };
  /** Does something with the draft, once nothing is missing in it. */
  const act = async (
    ignoring: readonly string[],
    work: () => Promise<void>
  ): Promise<void> => {
    setTried(true);
    if (missing.some(name => !ignoring.includes(name))) {
      setAttempts(count => count + 1);
      return;
    }
    if (isBusy) {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const test = (): Promise<void> =>
    act(['name'], async () => {
      setTrial({ isRunning: true, isWorking: false, message: '' });
      try {
        const answer = await props.onTest(draft);
        if (latest.current === draft) {
          setTrial(answer);
        }
      } catch (error) {
        if (latest.current === draft) {
          setTrial(null);
          throw error;
        }
      }
    });
  const complaint = (name: string, text: string): string =>
    isTried && missing.includes(name) ? text : '';
  return (
    <form
      ref={form}
      className="sept-Form"
      aria-label={
        draft.id === null
          ? trans.__('New connection')
          : trans.__('Connection %1', props.initial.name)
      }
      onSubmit={event => {
        event.preventDefault();
        void act([], () => props.onSave(draft));
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onCancel();
        }
      }}
    >
      {draft.id === null && (
        <Labelled label={trans.__('Kind')}>
          <select
            className="sept-Select sept-mod-wide"
            value={draft.kind}
            onChange={event =>
              change({ ...newDraft(event.target.value), name: draft.name })
            }
          >
            {kinds.map(one => (
              <option key={one.kind} value={one.kind}>
                {one.title}
              </option>
            ))}
          </select>
        </Labelled>
      )}
      <Labelled
        label={trans.__('Name')}
        problem={complaint(
          'name',
          trans.__('Letters, digits, _ and -, a letter first.')
        )}
      >
        <input
          ref={first}
          className="sept-Composer-field"
          value={draft.name}
          placeholder={trans.__('shop')}
          onChange={event => change({ ...draft, name: event.target.value })}
        />
      </Labelled>
      {kind.fields.map(field => (
        <ParameterField
          key={field.name}
          field={field}
          value={parameterOf(draft, field.name)}
          problem={complaint(field.name, trans.__('This is needed.'))}
          trans={trans}
          onChange={value => change(withParameter(draft, field.name, value))}
        />
      ))}
      {kind.hasSecret && (
        <SecretField
          draft={draft}
          hasSecret={props.hasSecret}
          trans={trans}
          onChange={change}
        />
      )}
      <Labelled label={trans.__('Who may use it')}>
        <select
          className="sept-Select sept-mod-wide"
          value={draft.minimumRole}
          onChange={event =>
            change({ ...draft, minimumRole: event.target.value as Role })
          }
        >
          {ROLES.map(role => (
            <option key={role} value={role}>
              {roleText(role, trans)}
            </option>
          ))}
        </select>
      </Labelled>
      <label className="sept-Form-check">
        <input
          type="checkbox"
          checked={draft.isReadOnly}
          onChange={event =>
            change({ ...draft, isReadOnly: event.target.checked })
          }
        />
        {trans.__('Read only')}
      </label>
      <p className="sept-Hint">
        {trans.__('Whoever runs cells with a connection can read its secret.')}
      </p>
      {problem !== null && (
        <ProblemNote text={problemText(problem, trans)} trans={trans} />
      )}
      {trial && <TrialNote trial={trial} trans={trans} />}
      <div ref={end} className="sept-Form-buttons">
        <button
          type="button"
          className="sept-Button"
          disabled={isBusy}
          onClick={() => void test()}
        >
          {trans.__('Test')}
        </button>
        <span className="sept-Form-gap" />
        <button type="button" className="sept-Button" onClick={props.onCancel}>
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="sept-Button sept-mod-main"
          disabled={isBusy}
        >
          {draft.id === null ? trans.__('Add') : trans.__('Save')}
        </button>
      </div>
    </form>
  );
}

function roleText(role: Role, trans: TranslationBundle): string {
  const texts: Readonly<Record<Role, string>> = {
    VIEWER: trans.__('Every member'),
    EDITOR: trans.__('Editors and admins'),
    ADMIN: trans.__('Admins only')
  };
  return texts[role];
}
