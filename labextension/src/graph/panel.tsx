import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { ObservationStatus } from '../api/generated';
import { firstLine, wordOf } from '../shared/looks';
import type { ISeptSession, ISeptSessions } from '../tokens';
import { CellList, type ICellOption } from './cellList';
import { SceneControl } from './control';
import type { IBox } from './geometry';
import { hintOf } from './hints';
import { cellText, textOf, type INodeText } from './nodes';
import { Legend, Tools } from './parts';
import { GraphPicture } from './picture';
import { Scene, type IPicture } from './scene';

/** While somebody types, edges come and go: the picture is laid out when they have been the same for a moment. */
const LAYOUT_AFTER_MS = 150;

/** So long is the focus tried to be given to the list: about a second, more in a busy page. */
const FOCUS_FRAMES = 60;

/** The dependency graph of the current notebook, and its twin, the list. */
export class GraphPanel extends ReactWidget {
  private session: ISeptSession | null = null;
  private readonly pictures = new WeakMap<ISeptSession, GraphPicture>();
  private picture = new GraphPicture();
  private drawn: IPicture | null = null;
  private selected: string | null = null;
  private control: SceneControl | null = null;
  private frame: number | null = null;
  private layoutTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly scene = new Scene(id => this.nodeText(id));

  constructor(
    sessions: ISeptSessions,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-Graph');
    sessions.currentChanged.connect((_, session) => this.follow(session));
    this.follow(sessions.current);
  }

  override dispose(): void {
    this.control?.dispose();
    super.dispose();
  }

  override render(): JSX.Element {
    const { session, trans } = this;
    const hint = hintOf(
      session && {
        status: session.status,
        problem: session.problem,
        notebook: session.notebook,
        cellCount: session.cells.size,
        edgeCount: this.picture.graph.edges.length
      },
      trans
    );
    const isEmpty = this.picture.graph.order.length === 0;
    return (
      <>
        {hint && <p className="sept-Hint sept-Graph-hint">{hint}</p>}
        <div className="sept-Graph-body" hidden={isEmpty}>
          {this.renderTools()}
          <div
            className="sept-Graph-canvas"
            ref={this.attach}
            tabIndex={0}
            role="group"
            aria-label={trans.__(
              'Picture of %1 cells and %2 dependencies. Arrows move it, plus and minus zoom. The list below says the same.',
              this.picture.graph.order.length,
              this.picture.graph.edges.length
            )}
          />
          <Legend trans={trans} />
          <CellList
            ids={this.picture.graph.order}
            selected={this.selected}
            label={trans.__('Cells in notebook order')}
            optionOf={id => this.optionOf(id)}
            onSelect={id => this.select(id)}
            onChoose={id => void this.goTo(id, true)}
          />
        </div>
      </>
    );
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.schedule();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.takeIn();
    this.focusList(FOCUS_FRAMES);
  }

  /** The list cannot take the focus before it is rendered, which takes some frames in a busy page. */
  private focusList(frames: number): void {
    const list = this.node.querySelector<HTMLElement>('.sept-CellList');
    list?.focus();
    if (document.activeElement !== list && frames > 0 && this.isVisible) {
      requestAnimationFrame(() => this.focusList(frames - 1));
    }
  }

  private readonly attach = (host: HTMLElement | null): void => {
    this.control?.dispose();
    this.control = null;
    if (host) {
      this.control = new SceneControl(host, this.scene, {
        choose: id => this.choose(id),
        leave: () => this.leave()
      });
    }
    if (this.drawn) {
      this.control?.setBounds(
        this.drawn.layout.bounds,
        true,
        this.selectedBox()
      );
    }
  };

  private renderTools(): JSX.Element {
    const { trans, picture } = this;
    const lones = picture.loneCount;
    return (
      <Tools
        label={trans.__('Graph')}
        tools={[
          {
            text: '+',
            label: trans.__('Zoom in'),
            act: () => this.control?.zoomIn()
          },
          {
            text: '−',
            label: trans.__('Zoom out'),
            act: () => this.control?.zoomOut()
          },
          {
            text: trans.__('Fit'),
            label: trans.__('Show the whole graph'),
            act: () => this.control?.fit()
          },
          {
            text: picture.hasFolded ? trans.__('Unfold') : trans.__('Fold'),
            label: picture.hasFolded
              ? trans.__('Show every cell of every chain')
              : trans.__('Show each chain of cells as one'),
            isDisabled: picture.chains.length === 0,
            act: () => this.refold(() => picture.toggleAll(!picture.hasFolded))
          },
          {
            text: trans.__('Alone %1', lones),
            label: trans.__('Show cells without dependencies'),
            isPressed: picture.showsLones,
            isDisabled: lones === 0,
            act: () =>
              this.refold(() => {
                picture.showsLones = !picture.showsLones;
              })
          }
        ]}
      />
    );
  }

  private follow(session: ISeptSession | null): void {
    if (session === this.session) {
      return;
    }
    if (this.session && !this.session.isDisposed) {
      this.session.changed.disconnect(this.schedule, this);
      this.session.panel.content.activeCellChanged.disconnect(
        this.onActiveCell,
        this
      );
    }
    this.session = session;
    session?.changed.connect(this.schedule, this);
    session?.panel.content.activeCellChanged.connect(this.onActiveCell, this);
    this.picture =
      (session && this.pictures.get(session)) ?? new GraphPicture();
    if (session) {
      this.pictures.set(session, this.picture);
    }
    this.drawn = null;
    this.selected = this.activeId();
    this.schedule();
  }

  private onActiveCell(): void {
    this.select(this.activeId());
  }

  private activeId(): string | null {
    const cell = this.session?.panel.content.activeCell;
    return (cell && this.session?.idOf(cell)) ?? null;
  }

  /** Take in new states, once a frame, and only while somebody can see it. */
  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.isVisible) {
        this.takeIn();
      }
    });
  }

  private takeIn(): void {
    const isOther = this.picture.follow(this.session?.cells ?? new Map());
    if (!this.drawn) {
      this.layOut();
    } else if (isOther) {
      clearTimeout(this.layoutTimer ?? undefined);
      this.layoutTimer = setTimeout(() => this.layOut(), LAYOUT_AFTER_MS);
    }
    this.control?.schedule();
    this.update();
  }

  private layOut(): void {
    const isNew = (this.drawn?.layout.bounds.width ?? 0) === 0;
    this.drawn = this.picture.draw();
    this.scene.show(this.drawn, this.trans.__('Cells without dependencies'));
    this.control?.setBounds(
      this.drawn.layout.bounds,
      isNew,
      this.selectedBox()
    );
    this.lightSelected(isNew);
  }

  private refold(change: () => void): void {
    change();
    this.layOut();
    this.update();
  }

  private select(id: string | null): void {
    this.selected = id;
    if (this.isVisible) {
      this.lightSelected(true);
      this.update();
    }
  }

  private selectedBox(): IBox | null {
    const blockId = this.drawn?.folded.blockOf.get(this.selected ?? '') ?? '';
    return this.drawn?.layout.boxes.get(blockId) ?? null;
  }

  private lightSelected(isRevealed: boolean): void {
    const blockId = this.drawn?.folded.blockOf.get(this.selected ?? '') ?? null;
    this.scene.select(blockId);
    const box = this.selectedBox();
    if (box && isRevealed) {
      this.control?.reveal(box);
    }
    this.control?.schedule();
  }

  /** A click on a node: a folded chain unfolds, a cell is gone to. */
  private choose(blockId: string): void {
    const block = this.drawn?.folded.blocks.find(({ id }) => id === blockId);
    if (block && block.cellIds.length > 1) {
      this.refold(() => this.picture.toggle(blockId));
    } else {
      void this.goTo(blockId, false);
    }
  }

  private async goTo(id: string, takesFocus: boolean): Promise<void> {
    const { session } = this;
    const cell = session?.cellOf(id);
    if (session && cell) {
      await session.panel.content.scrollToCell(cell);
      this.select(id);
      if (takesFocus) {
        this.leave();
      }
    }
  }

  private leave(): void {
    this.session?.panel.activate();
    this.session?.panel.content.activate();
  }

  private nodeText(blockId: string): INodeText | null {
    const block = this.drawn?.folded.blocks.find(({ id }) => id === blockId);
    return block ? textOf(block, this.source(), this.trans) : null;
  }

  private source(): {
    cells: ISeptSession['cells'];
    observation: ObservationStatus;
    lineOf(id: string): string;
  } {
    const { session } = this;
    return {
      cells: session?.cells ?? new Map(),
      observation: session?.notebook?.observation.status ?? 'NO_KERNEL',
      lineOf: id =>
        firstLine(session?.cellOf(id)?.model.sharedModel.getSource() ?? '')
    };
  }

  private optionOf(id: string): ICellOption {
    const { trans } = this;
    const cell = this.session?.cells.get(id);
    if (!cell) {
      return { look: 'none', number: '', title: '', counts: '', label: '' };
    }
    const text = cellText(cell, this.source(), trans);
    const [up, down] = [cell.upstream.length, cell.downstreamCount];
    return {
      look: text.look,
      number: text.label,
      title: text.line || text.title,
      counts: `↑${up} ↓${down}`,
      label: [
        trans.__('Cell %1', cell.index + 1),
        wordOf(text.look, trans),
        text.line || text.title,
        trans.__('depends on %1, %2 depend on it', up, down)
      ]
        .filter(part => part !== '')
        .join(', ')
    };
  }
}
