import {
  StateEffect,
  StateField,
  type Extension,
  type Transaction
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  showTooltip,
  type DecorationSet,
  type Tooltip
} from '@codemirror/view';

/** problem: told before anything was sent. error: what the database said of the last run. */
export type MarkKind = 'problem' | 'error';

/** A place in an editor's text, with what hovering it says. */
export interface IMark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

interface IKindOfMarks {
  readonly kind: MarkKind;
  readonly marks: readonly IMark[];
}

type Marks = Readonly<Record<MarkKind, readonly IMark[]>>;

const setMarks = StateEffect.define<IKindOfMarks>();
const NONE: Marks = { problem: [], error: [] };
const field = StateField.define<Marks>({
  create: () => NONE,
  update: (marks, transaction) => {
    const kept = transaction.docChanged ? afterEdit(marks, transaction) : marks;
    return transaction.effects.reduce(
      (found, effect) =>
        effect.is(setMarks)
          ? { ...found, [effect.value.kind]: effect.value.marks }
          : found,
      kept
    );
  },
  provide: self => EditorView.decorations.from(self, decorationsOf)
});

/** An error is about a text that ran: any edit ends it. A problem goes when its own word is touched. */
function afterEdit(marks: Marks, { changes }: Transaction): Marks {
  const problem = marks.problem
    .filter(({ from, to }) => !changes.touchesRange(from, to))
    .map(mark => ({
      ...mark,
      from: changes.mapPos(mark.from, 1),
      to: changes.mapPos(mark.to, -1)
    }));
  return { problem, error: [] };
}

function decorationsOf(marks: Marks): DecorationSet {
  const ranges = (['problem', 'error'] as const).flatMap(kind =>
    marks[kind].map(mark => look(kind, mark).range(mark.from, mark.to))
  );
  return Decoration.set(ranges, true);
}

function look(kind: MarkKind, { message }: IMark): Decoration {
  return Decoration.mark({
    class: `sept-SqlMark sept-mod-${kind}`,
    attributes: { 'aria-invalid': 'grammar', 'aria-description': message }
  });
}

/** What the mark under the pointer says; an error before a problem. */
const hovered = hoverTooltip((view, position): Tooltip | null => {
  const { error, problem } = view.state.field(field);
  const mark = [...error, ...problem].find(
    ({ from, to }) => from <= position && position <= to
  );
  return mark ? tooltipOf(mark) : null;
});

const tell = StateEffect.define<IMark | null>();

/** The mark that the keyboard went to: it tells what is wrong until the cursor moves on, or the editor is left. */
const told = StateField.define<IMark | null>({
  create: () => null,
  update: (mark, { docChanged, effects, selection }) =>
    effects.reduce<IMark | null>(
      (found, effect) => (effect.is(tell) ? effect.value : found),
      docChanged || selection ? null : mark
    ),
  provide: self => [
    showTooltip.from(self, mark => mark && tooltipOf(mark)),
    EditorView.focusChangeEffect.of((_, isFocusing) =>
      isFocusing ? null : tell.of(null)
    )
  ]
});

/**
 * Select the first marked place behind the cursor, from the top again behind the last one, and show what is wrong
 * there; gives that and which of how many it is. null: there is none.
 */
export function goToNextMark(
  view: EditorView
): { message: string; number: number; count: number } | null {
  const { error, problem } = view.state.field(field, false) ?? NONE;
  const marks = [
    ...error,
    ...problem.filter(({ from }) => error.every(one => one.from !== from))
  ].sort((one, other) => one.from - other.from);
  const { from, to } = view.state.selection.main;
  const behind = marks.findIndex(
    mark => mark.from > from || (mark.from === from && mark.to !== to)
  );
  const mark = marks[Math.max(behind, 0)];
  if (!mark) {
    return null;
  }
  view.focus();
  view.dispatch({
    selection: { anchor: mark.from, head: mark.to },
    effects: tell.of(mark),
    scrollIntoView: true
  });
  const number = marks.indexOf(mark) + 1;
  return { message: mark.message, number, count: marks.length };
}

function tooltipOf({ from, to, message }: IMark): Tooltip {
  return {
    pos: from,
    end: to,
    above: true,
    create: () => ({ dom: tooltipNode(message) })
  };
}

function tooltipNode(message: string): HTMLElement {
  const node = document.createElement('div');
  node.className = 'sept-SqlTooltip';
  node.setAttribute('role', 'tooltip');
  // Names stand between backticks, as the server writes them.
  message.split('`').forEach((part, index) => {
    if (index % 2 === 0) {
      node.append(part);
    } else {
      const code = node.appendChild(document.createElement('code'));
      code.className = 'sept-Code';
      code.textContent = part;
    }
  });
  return node;
}

/** Underlined places with a tooltip; see `showMarks`. */
export const sqlMarks: Extension = [field, hovered, told];

/** Put the marks of a kind in place of those that are there; out of the text's bounds there are none. */
export function showMarks(
  view: EditorView,
  kind: MarkKind,
  marks: readonly IMark[]
): void {
  const { length } = view.state.doc;
  const fitting = marks.filter(({ from, to }) => from < to && to <= length);
  if (fitting.length > 0 || view.state.field(field, false)?.[kind].length) {
    view.dispatch({ effects: setMarks.of({ kind, marks: fitting }) });
  }
}
