import {
  Language,
  languageDataProp,
  type LanguageSupport
} from '@codemirror/language';
import {
  Compartment,
  EditorState,
  Prec,
  RangeSetBuilder,
  type Extension,
  type Text
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate
} from '@codemirror/view';
import {
  NodeType,
  Parser,
  Tree,
  type Input,
  type PartialParse
} from '@lezer/common';

import { sqlCell, type ISqlCell } from './magic';

/** More of a text than a magic line takes. */
const HEAD = 2000;

/** Which SQL to show a cell in; null while it is not loaded: the cell stays as it was until then. */
export type SupportOf = (cell: ISqlCell) => LanguageSupport | null;

/**
 * Makes cells that begin with `%%sql` SQL, in the same transaction as the key that made them so.
 *
 * The notebook's own language stays configured below, and is back when the magic goes.
 */
export class SqlHighlighter {
  private readonly views = new Set<EditorView>();
  private readonly languages = new Map<LanguageSupport, Extension>();
  private readonly compartments = new WeakMap<EditorView, () => void>();

  constructor(private readonly supportOf: SupportOf) {}

  /** The extension of one editor. */
  extension(source: string): Extension {
    const compartment = new Compartment();
    let shown = this.languageOf(source);
    const follow = EditorState.transactionExtender.of(transaction => {
      if (!transaction.docChanged) {
        return null;
      }
      const wanted = this.languageOf(headOf(transaction.newDoc));
      if (wanted === shown) {
        return null;
      }
      shown = wanted;
      return { effects: compartment.reconfigure(wanted) };
    });
    const renew = (view: EditorView): void => {
      const wanted = this.languageOf(headOf(view.state.doc));
      if (wanted !== shown) {
        shown = wanted;
        view.dispatch({ effects: compartment.reconfigure(wanted) });
      }
    };
    const watch = ViewPlugin.define(view => {
      this.views.add(view);
      this.compartments.set(view, () => renew(view));
      return { destroy: () => this.views.delete(view) };
    });
    return [compartment.of(shown), follow, watch, magicLine];
  }

  /** Look again: a language was loaded, or a connection became known. */
  renew(): void {
    this.views.forEach(view => this.compartments.get(view)?.());
  }

  private languageOf(head: string): Extension {
    const cell = sqlCell(head);
    const support = cell && this.supportOf(cell);
    if (!support) {
      return NONE;
    }
    let known = this.languages.get(support);
    if (!known) {
      known = Prec.highest(belowMagic(support));
      this.languages.set(support, known);
    }
    return known;
  }
}

const NONE: Extension = [];

function headOf(doc: Text): string {
  return doc.sliceString(0, HEAD);
}

/** SQL for what stands below the magic's line; that line itself is no SQL. */
function belowMagic(support: LanguageSupport): Extension {
  const { language } = support;
  const top = NodeType.define({
    id: 0,
    name: 'SqlCell',
    top: true,
    props: [[languageDataProp, language.data]]
  });
  const parser = new BelowMagicParser(language.parser, top);
  return [new Language(language.data, parser, [], 'sept-sql'), support.support];
}

const MAGIC = NodeType.define({ id: 1, name: 'SqlMagic' });

class BelowMagicParser extends Parser {
  constructor(
    private readonly sql: Parser,
    private readonly top: NodeType
  ) {
    super();
  }

  createParse(
    input: Input,
    _fragments: unknown,
    ranges: readonly { from: number; to: number }[]
  ): PartialParse {
    const end = ranges[ranges.length - 1].to;
    const head = input.read(0, Math.min(end, HEAD));
    const start = Math.min(sqlCell(head)?.sqlStart ?? 0, end);
    // A cell is short: parsing it whole costs less than keeping track of what can be used again.
    const inner = this.sql.startParse(input, [], [{ from: start, to: end }]);
    const magic = new Tree(MAGIC, [], [], start);
    const whole = (tree: Tree): Tree =>
      new Tree(this.top, [magic, tree], [0, start], start + tree.length);
    return {
      advance: () => {
        const tree = inner.advance();
        return tree && whole(tree);
      },
      get parsedPos() {
        return inner.parsedPos;
      },
      stopAt: position => inner.stopAt(Math.max(position, start)),
      get stoppedAt() {
        return inner.stoppedAt;
      }
    };
  }
}

const MARK = Decoration.mark({ class: 'sept-SqlMagic' });
const REST = Decoration.mark({ class: 'sept-SqlMagic-options' });

/** `%%sql` and its options, in the colours of magics. */
const magicLine = Prec.highest(
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = decorationsOf(view.state.doc);
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) {
          this.decorations = decorationsOf(update.state.doc);
        }
      }
    },
    { decorations: plugin => plugin.decorations }
  )
);

function decorationsOf(doc: Text): DecorationSet {
  const cell = sqlCell(headOf(doc));
  if (!cell) {
    return Decoration.none;
  }
  const builder = new RangeSetBuilder<Decoration>();
  builder.add(cell.magicStart, cell.magicEnd, MARK);
  const end = Math.min(cell.sqlStart, doc.lineAt(cell.magicEnd).to);
  if (end > cell.magicEnd) {
    builder.add(cell.magicEnd, end, REST);
  }
  return builder.finish();
}
