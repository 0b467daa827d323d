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
const LOOKS: Readonly<Record<MarkKind, Decoration>> = {
  problem: Decoration.mark({ class: 'sept-SqlMark sept-mod-problem' }),
  error: Decoration.mark({ class: 'sept-SqlMark sept-mod-error' })
};

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
    marks[kind].map(({ from, to }) => LOOKS[kind].range(from, to))
  );
  return Decoration.set(ranges, true);
}

/** What the mark under the pointer says; an error before a problem. */
const tooltip = hoverTooltip((view, position): Tooltip | null => {
  const { error, problem } = view.state.field(field);
  const mark = [...error, ...problem].find(
    ({ from, to }) => from <= position && position <= to
  );
  return mark
    ? {
        pos: mark.from,
        end: mark.to,
        above: true,
        create: () => ({ dom: tooltipNode(mark.message) })
      }
    : null;
});

function tooltipNode(message: string): HTMLElement {
  const node = document.createElement('div');
  node.className = 'sept-SqlTooltip';
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
export const sqlMarks: Extension = [field, tooltip];

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
