import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  ShareChoices,
  type EventFields,
  type ShareChoicesResult
} from '../api/generated';
import type { ISeptApi, ISeptSession } from '../tokens';
import { problemText } from './errors';
import { ProblemNote } from './parts';
import { Retry } from './retry';
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
  const [choices, obstacle] = useChoices(api, () => session.refresh());
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
  if (obstacle !== null) {
    return <ProblemNote text={problemText(obstacle, trans)} trans={trans} />;
  }
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

/**
 * The workspaces in which the person may share (empty until they are known, when the server chooses), and what keeps
 * them from it, such as a store that is away.
 *
 * @param onRecovered - called when the store is back: it may know the notebook after all
 */
function useChoices(
  api: ISeptApi,
  onRecovered: () => void
): readonly [readonly Choice[], unknown] {
  const [choices, setChoices] = React.useState<readonly Choice[]>([]);
  const [obstacle, setObstacle] = React.useState<unknown>(null);
  const recovered = React.useRef(onRecovered);
  recovered.current = onRecovered;
  React.useEffect(() => {
    const watch = new ChoiceWatch(api, (found, problem, isRecovered) => {
      setChoices(found);
      setObstacle(problem);
      if (isRecovered) {
        recovered.current();
      }
    });
    return () => watch.dispose();
  }, [api]);
  return [choices, obstacle];
}

/** Asks for the choices now, when workspaces change, and again while that fails for a reason that may pass. */
class ChoiceWatch {
  private isDisposed = false;
  private hadProblem = false;
  private readonly retry = new Retry(() => void this.load());

  constructor(
    private readonly api: ISeptApi,
    private readonly tell: (
      choices: readonly Choice[],
      problem: unknown,
      isRecovered: boolean
    ) => void
  ) {
    api.events.connect(this.onEvent, this);
    void this.load();
  }

  dispose(): void {
    this.isDisposed = true;
    this.retry.stop();
    this.api.events.disconnect(this.onEvent, this);
  }

  private onEvent(_: ISeptApi, { kind }: EventFields): void {
    if (kind === 'WORKSPACE_CHANGED' || kind === 'MEMBER_CHANGED') {
      void this.load();
    }
  }

  private async load(): Promise<void> {
    let found: readonly Choice[] = [];
    let problem: unknown = null;
    try {
      const { workspaces } = await this.api.execute(ShareChoices, {});
      found = workspaces.filter(({ role }) => role !== 'VIEWER');
    } catch (error) {
      problem = error;
    }
    if (this.isDisposed) {
      return;
    }
    if (problem === null) {
      this.retry.worked();
    } else {
      this.retry.failed(problem);
    }
    this.tell(found, problem, problem === null && this.hadProblem);
    this.hadProblem = problem !== null;
  }
}
