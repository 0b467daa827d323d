import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ShareChoices, type ShareChoicesResult } from '../api/generated';
import type { ISeptApi, ISeptSession } from '../tokens';
import { problemText } from './errors';
import { ProblemNote } from './parts';
import { shareNotebook } from './share';

type Choice = ShareChoicesResult['workspaces'][number];

/** The first step of what needs a shared notebook: a button, and where to when the person has several workspaces. */
export function ShareForm(props: {
  readonly api: ISeptApi;
  readonly session: ISeptSession;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { api, session, trans } = props;
  const [chosen, setChosen] = React.useState('');
  const [isBusy, setBusy] = React.useState(false);
  const [problem, setProblem] = React.useState<unknown>(null);
  const choices = useChoices(api);
  const share = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await shareNotebook(api, session, chosen || (choices[0]?.id ?? null));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="sept-ShareForm">
      {problem !== null && (
        <ProblemNote text={problemText(problem, trans)} trans={trans} />
      )}
      {choices.length > 1 && (
        <select
          className="sept-Select sept-mod-wide"
          aria-label={trans.__('Workspace')}
          value={chosen || choices[0].id}
          onChange={event => setChosen(event.target.value)}
        >
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <button
        type="button"
        className="sept-Button sept-mod-main"
        disabled={isBusy}
        title={trans.__(
          'Writes an id into the notebook’s metadata and saves it'
        )}
        onClick={() => void share()}
      >
        {isBusy ? trans.__('Sharing…') : trans.__('Share this notebook')}
      </button>
    </div>
  );
}

/** The workspaces in which the person may share; empty until they are known, when the server chooses. */
function useChoices(api: ISeptApi): readonly Choice[] {
  const [choices, setChoices] = React.useState<readonly Choice[]>([]);
  React.useEffect(() => {
    let isGone = false;
    const load = (): void => {
      api.execute(ShareChoices, {}).then(
        ({ workspaces }) => {
          if (!isGone) {
            setChoices(workspaces.filter(({ role }) => role !== 'VIEWER'));
          }
        },
        () => {
          // Without a choice the server takes the first workspace; sharing says what is wrong if that fails too.
        }
      );
    };
    const onEvent = (_: ISeptApi, { kind }: { kind: string }): void => {
      if (kind === 'WORKSPACE_CHANGED' || kind === 'MEMBER_CHANGED') {
        load();
      }
    };
    load();
    api.events.connect(onEvent);
    return () => {
      isGone = true;
      api.events.disconnect(onEvent);
    };
  }, [api]);
  return choices;
}
