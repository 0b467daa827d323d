import type { Cell } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDisposable } from '@lumino/disposable';

import type { CellStateFields, NameUseFields } from '../api/generated';
import type { ISeptSession } from '../tokens';
import { editorColumn } from '../shared/editorColumn';

type Span = NameUseFields['spans'][number];

/** The highlight's name in the style sheet. */
const HIGHLIGHT = 'sept-name';

const RELATED = 'sept-mod-related';

const BEGINNINGS: readonly string[] = ['pointerover', 'focusin'];
const EVENTS: readonly string[] = [...BEGINNINGS, 'pointerleave', 'focusout'];

/**
 * While a name in a badge row is under the pointer or has the focus: its places in the cell's text light up, and the cells that
 * the name ties to this one get an outline. Uses the CSS highlight registry, which touches neither the text nor
 * the editor's state; a browser without it shows the outlines alone.
 */
export class NameHighlight implements IDisposable {
  isDisposed = false;
  private related: Cell[] = [];
  private shown: HTMLElement | null = null;

  constructor(private readonly session: ISeptSession) {
    EVENTS.forEach(type =>
      session.panel.content.node.addEventListener(type, this)
    );
  }

  handleEvent(event: Event): void {
    const chip =
      BEGINNINGS.includes(event.type) && event.target instanceof Element
        ? event.target.closest<HTMLElement>('.sept-BadgeRow-chip')
        : null;
    if (chip !== this.shown) {
      this.clear();
      this.shown = chip;
      if (chip) {
        this.show(chip);
      }
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.clear();
      EVENTS.forEach(type =>
        this.session.panel.content.node.removeEventListener(type, this)
      );
    }
  }

  private show(chip: HTMLElement): void {
    const name = chip.dataset.septName ?? '';
    const cell = this.session.panel.content.widgets.find(widget =>
      widget.node.contains(chip)
    );
    const state = cell && this.session.stateOf(cell);
    if (!cell || !state) {
      return;
    }
    const ranges = spansOf(state, name).flatMap(span => rangeOf(cell, span));
    if (ranges.length > 0 && typeof Highlight !== 'undefined') {
      CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
    }
    this.related = [...state.upstream, ...state.downstream]
      .filter(dependency => dependency.names.includes(name))
      .flatMap(({ cellId }) => this.session.cellOf(cellId) ?? []);
    this.related.forEach(other => other.addClass(RELATED));
  }

  private clear(): void {
    if (typeof Highlight !== 'undefined') {
      CSS.highlights.delete(HIGHLIGHT);
    }
    this.related.forEach(cell => cell.removeClass(RELATED));
    this.related = [];
  }
}

function spansOf(state: CellStateFields, name: string): Span[] {
  return [...state.reads, ...state.writes]
    .filter(use => use.name === name)
    .flatMap(use => use.spans);
}

/** A span as a range of the page; none when the text is not rendered or is not that long any more. */
function rangeOf(cell: Cell, span: Span): Range[] {
  const view = (cell.editor as CodeMirrorEditor | null)?.editor;
  const lines = view?.state.doc.lines ?? 0;
  if (!view || span.endLine > lines) {
    return [];
  }
  const positionOf = (line: number, column: number): number => {
    const { from, text } = view.state.doc.line(line);
    return from + editorColumn(text, column);
  };
  const start = view.domAtPos(positionOf(span.line, span.column));
  const end = view.domAtPos(positionOf(span.endLine, span.endColumn));
  const range = document.createRange();
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  return [range];
}
