import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemText } from './errors';
import { absoluteTime, relativeTime } from './time';

/** When, relative; absolute on hover. */
export function When({ at }: { readonly at: string }): JSX.Element {
  return (
    <time className="sept-When" dateTime={at} title={absoluteTime(at)}>
      {relativeTime(at, Date.now())}
    </time>
  );
}

/** Two letters in a circle; the name stands beside it, so it is hidden from screen readers. */
export function Avatar({
  initials
}: {
  readonly initials: string;
}): JSX.Element {
  return (
    <span className="sept-Avatar" aria-hidden="true">
      {initials}
    </span>
  );
}

/** What failed, and a way on. */
export function ProblemNote(props: {
  readonly text: string;
  readonly trans: TranslationBundle;
  onRetry?(): void;
}): JSX.Element {
  return (
    <div className="sept-Problem" role="alert">
      <span>{props.text}</span>
      {props.onRetry && (
        <button
          type="button"
          className="sept-LinkButton"
          onClick={props.onRetry}
        >
          {props.trans.__('Try again')}
        </button>
      )}
    </div>
  );
}

/** A place of the coming content's height, shown only when it takes longer than a moment. */
export function Skeleton({
  label
}: {
  readonly label: string;
}): JSX.Element | null {
  const [isLate, setLate] = React.useState(false);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 200);
    return () => window.clearTimeout(timer);
  }, []);
  return isLate ? (
    <div className="sept-Skeleton" role="status" aria-label={label} />
  ) : null;
}

interface IComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly submit: string;
  readonly initial?: string;
  readonly autoFocus?: boolean;
  /** In characters. A field that cuts what is pasted would lose text in silence, so a longer one is kept and refused. */
  readonly maxLength: number;
  readonly isMultiline?: boolean;
  readonly trans: TranslationBundle;
  /** Resolves when it is stored; the text stays in the field until then. */
  onSubmit(text: string): Promise<void>;
  onCancel?(): void;
  /** Called with the text as it is typed, and with '' once it is stored. */
  onDraft?(text: string): void;
}

/** A field with a button. A refused text stays in the field, with the reason below. */
export function Composer(props: IComposerProps): JSX.Element {
  const [text, setText] = React.useState(props.initial ?? '');
  const [problem, setProblem] = React.useState('');
  const [isBusy, setBusy] = React.useState(false);
  const excess = charactersIn(text.trim()) - props.maxLength;
  const isReady = text.trim() !== '' && excess <= 0 && !isBusy;

  const submit = async (): Promise<void> => {
    if (!isReady) {
      return;
    }
    setBusy(true);
    setProblem('');
    try {
      await props.onSubmit(text.trim());
      setText('');
      props.onDraft?.('');
    } catch (error) {
      setProblem(problemText(error, props.trans));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const wantsSubmit =
      event.key === 'Enter' &&
      (!props.isMultiline || event.ctrlKey || event.metaKey);
    if (wantsSubmit) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape' && props.onCancel) {
      event.stopPropagation();
      props.onCancel();
    }
  };
  const field = {
    className: 'sept-Composer-field',
    value: text,
    placeholder: props.placeholder,
    'aria-label': props.label,
    autoFocus: props.autoFocus,
    onKeyDown,
    onChange: (
      event: React.ChangeEvent<HTMLTextAreaElement & HTMLInputElement>
    ) => {
      setText(event.target.value);
      props.onDraft?.(event.target.value);
    }
  };
  return (
    <div className="sept-Composer">
      {props.isMultiline ? (
        <textarea {...field} rows={text.includes('\n') || text ? 3 : 1} />
      ) : (
        <input {...field} type="text" />
      )}
      {excess > 0 && (
        <ProblemNote
          text={props.trans._n(
            '%1 character too long.',
            '%1 characters too long.',
            excess
          )}
          trans={props.trans}
        />
      )}
      {problem && <ProblemNote text={problem} trans={props.trans} />}
      {(text !== '' || props.onCancel) && (
        <div className="sept-Composer-buttons">
          {props.onCancel && (
            <button
              type="button"
              className="sept-Button"
              onClick={props.onCancel}
            >
              {props.trans.__('Cancel')}
            </button>
          )}
          <button
            type="button"
            className="sept-Button sept-mod-main"
            disabled={!isReady}
            onClick={() => void submit()}
          >
            {props.submit}
          </button>
        </div>
      )}
    </div>
  );
}

/** Characters as the server counts them: a surrogate pair is one. */
function charactersIn(text: string): number {
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g);
  return text.length - (pairs?.length ?? 0);
}
