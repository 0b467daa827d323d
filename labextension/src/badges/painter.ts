import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { PanelLayout } from '@lumino/widgets';

import type { CellStateFields, ObservationStatus } from '../api/generated';
import type { ISeptSession, ISessionChange } from '../tokens';
import { badgeOf, blankBadge, type IBadge } from './model';
import { NameHighlight } from './nameHighlight';
import { createRow, fillRow, type RowAct } from './row';
import { onRowKey } from './rowKeys';

/** So many changed cells are looked up one by one; with more, going through all cells is quicker. */
const FEW = 50;

/** What a row shows, to see whether it must be painted again. */
interface IPainted {
  readonly row: HTMLElement;
  readonly state: CellStateFields | undefined;
  readonly index: number;
  readonly commentCount: number;
  readonly observation: ObservationStatus;
  readonly isTooLong: boolean;
  readonly badge: IBadge;
}

/** What the person asks for by a click on a row. */
export interface IBadgeActions {
  act(act: RowAct, cell: Cell): void;
}

/**
 * Paints the badges of one notebook, all that changed in one animation frame. Rows are kept by cell widget:
 * moves, type changes and undo make a new widget for the same cell id, and windowing detaches widgets.
 */
export class BadgePainter implements IDisposable {
  isDisposed = false;
  private readonly painted = new WeakMap<Cell, IPainted>();
  private readonly awaited = new WeakSet<Cell>();
  private readonly highlight: NameHighlight;
  private frame: number | null = null;
  /** What the next frame looks at; null: all cells. */
  private concerned: Set<Cell> | null = new Set();
  private observation: ObservationStatus | undefined;

  constructor(
    private readonly session: ISeptSession,
    private readonly actions: IBadgeActions,
    private readonly trans: TranslationBundle
  ) {
    const notebook = session.panel.content;
    session.changed.connect(this.onChanged, this);
    session.panel.context.model.cells.changed.connect(this.onCells, this);
    notebook.node.addEventListener('click', this);
    // Before the application's own keys see the event.
    notebook.node.addEventListener('keydown', this, true);
    this.highlight = new NameHighlight(session);
    session.panel.disposed.connect(this.dispose, this);
    this.schedule(null);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    if (this.frame !== null) {
      cancelAnimationFrame(this.frame);
    }
    const { node } = this.session.panel.content;
    node.removeEventListener('click', this);
    node.removeEventListener('keydown', this, true);
    this.highlight.dispose();
    Signal.clearData(this);
  }

  /** Clicks on what a row says; on its empty parts they only select the cell, as they do beside it. */
  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent) {
      onRowKey(this.session, event);
      return;
    }
    const target = event.target instanceof Element ? event.target : null;
    const part = target?.closest<HTMLElement>('[data-sept-act]');
    const cell =
      part &&
      this.session.panel.content.widgets.find(widget =>
        widget.node.contains(part)
      );
    if (cell) {
      this.actions.act(part.dataset.septAct as RowAct, cell);
    }
  }

  private onCells(): void {
    this.schedule(null);
  }

  private onChanged(session: ISeptSession, { cellIds }: ISessionChange): void {
    const observation = session.notebook?.observation.status;
    if (
      cellIds === null ||
      cellIds.size > FEW ||
      observation !== this.observation
    ) {
      this.observation = observation;
      this.schedule(null);
    } else {
      this.schedule([...cellIds].flatMap(id => session.cellOf(id) ?? []));
    }
  }

  private schedule(cells: readonly Cell[] | null): void {
    if (cells === null) {
      this.concerned = null;
    } else {
      cells.forEach(cell => this.concerned?.add(cell));
    }
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  private paint(): void {
    if (this.isDisposed || !this.session.panel.content.model) {
      return;
    }
    const { widgets } = this.session.panel.content;
    const { concerned } = this;
    this.concerned = new Set();
    if (concerned === null) {
      widgets.forEach((cell, index) => this.paintCell(cell, index));
      return;
    }
    for (const cell of concerned) {
      const index = widgets.indexOf(cell);
      if (index >= 0) {
        this.paintCell(cell, index);
      }
    }
  }

  private paintCell(cell: Cell, index: number): void {
    const { session } = this;
    const before = this.painted.get(cell);
    const state = session.stateOf(cell);
    const commentCount =
      session.commentCounts.get(session.idOf(cell) ?? '') ?? 0;
    const observation = session.notebook?.observation.status ?? 'NO_KERNEL';
    const isTooLong = session.isTooLong(cell);
    if (
      before?.state === state &&
      before?.index === index &&
      before.commentCount === commentCount &&
      before.observation === observation &&
      before.isTooLong === isTooLong
    ) {
      return;
    }
    const badge = this.badgeFor(cell, state, {
      number: index + 1,
      commentCount,
      observation,
      isTooLong
    });
    if (badge) {
      cell.node.dataset.septState = badge.look;
    } else {
      delete cell.node.dataset.septState;
    }
    const row = this.rowOf(cell, before?.row, badge !== null);
    if (row && badge) {
      fillRow(row, badge, before?.badge.look === 'running', this.trans);
      this.painted.set(cell, {
        row,
        state,
        index,
        commentCount,
        observation,
        isTooLong,
        badge
      });
    }
  }

  private badgeFor(
    cell: Cell,
    state: CellStateFields | undefined,
    context: Parameters<typeof badgeOf>[1]
  ): IBadge | null {
    if (state) {
      return badgeOf(state, context, this.trans);
    }
    return cell.model.type === 'code' || context.commentCount > 0
      ? blankBadge(context.number, context.commentCount, this.trans)
      : null;
  }

  /** The cell's row, in its header; null while the cell is not rendered, or when it needs none. */
  private rowOf(
    cell: Cell,
    row: HTMLElement | undefined,
    isWanted: boolean
  ): HTMLElement | null {
    if (!isWanted) {
      row?.remove();
      this.painted.delete(cell);
      return null;
    }
    if (row?.isConnected || row?.parentElement) {
      return row;
    }
    if (cell.isPlaceholder()) {
      this.paintWhenReady(cell);
      return null;
    }
    const header = (cell.layout as PanelLayout | null)?.widgets.find(widget =>
      widget.hasClass('jp-CellHeader')
    );
    if (!header) {
      return null;
    }
    // The core gives headers no height: without the class the row would be there, and invisible.
    header.addClass('sept-CellHeader');
    const created = createRow();
    header.node.appendChild(created);
    return created;
  }

  private paintWhenReady(cell: Cell): void {
    if (!this.awaited.has(cell)) {
      this.awaited.add(cell);
      void cell.ready.then(() => this.schedule([cell]));
    }
  }
}
