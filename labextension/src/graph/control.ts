import type { IDisposable } from '@lumino/disposable';

import { centreOf, type IBox, type IPoint, type ISize } from './geometry';
import type { Scene } from './scene';
import {
  centre,
  fit,
  pan,
  reveal,
  toPicture,
  within,
  zoomAt
} from './viewport';

/** What the person does in the picture. */
export interface IControlActions {
  choose(blockId: string): void;
  leave(): void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60]
};
const ZOOM_STEP = 1.25;
/** A pointer that moved less than this has clicked. */
const CLICK_PX = 4;
/** How near to an edge the pointer must be, in pixels. */
const NEAR_PX = 6;
/** A picture that is asked for a node is not left smaller than it can be read. */
const READABLE = 0.9;

const EVENTS = [
  'pointerdown',
  'pointermove',
  'pointerup',
  'pointerleave',
  'wheel',
  'keydown'
] as const;

/** Pan and zoom by pointer, wheel and keys; draws at most once a frame. */
export class SceneControl implements IDisposable {
  isDisposed = false;
  private bounds: IBox = { x: 0, y: 0, width: 0, height: 0 };
  private home: IBox | null = null;
  private drag: { from: IPoint; last: IPoint; isMoved: boolean } | null = null;
  private frame: number | null = null;
  private hasView = false;
  private readonly observer = new ResizeObserver(() => this.onResize());

  constructor(
    private readonly host: HTMLElement,
    private readonly scene: Scene,
    private readonly actions: IControlActions
  ) {
    host.appendChild(scene.node);
    EVENTS.forEach(type =>
      host.addEventListener(type, this, { passive: false })
    );
    this.observer.observe(host);
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      this.observer.disconnect();
      EVENTS.forEach(type => this.host.removeEventListener(type, this));
      if (this.frame !== null) {
        cancelAnimationFrame(this.frame);
      }
    }
  }

  /**
   * The picture is another one; `isNew`: of another notebook, to be shown from its beginning, or from where `home` is
   * on the screen.
   */
  setBounds(bounds: IBox, isNew: boolean, home: IBox | null): void {
    this.bounds = bounds;
    this.home = home;
    this.hasView &&= !isNew;
    this.schedule();
  }

  fit(): void {
    this.scene.view = fit(this.bounds, this.size);
    this.schedule();
  }

  zoom(factor: number, at = centreOf({ x: 0, y: 0, ...this.size })): void {
    this.scene.view = zoomAt(this.scene.view, factor, at);
    this.settle();
  }

  zoomIn(): void {
    this.zoom(ZOOM_STEP);
  }

  zoomOut(): void {
    this.zoom(1 / ZOOM_STEP);
  }

  /** Bring a node into view, no farther than needed. */
  reveal(box: IBox): void {
    this.begin();
    this.scene.view = reveal(this.scene.view, box, this.size);
    this.schedule();
  }

  schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.isDisposed && this.size.width > 0) {
        this.begin();
        this.scene.draw(this.size);
      }
    });
  }

  handleEvent(event: Event): void {
    if (event instanceof WheelEvent) {
      this.onWheel(event);
    } else if (event instanceof KeyboardEvent) {
      this.onKey(event);
    } else if (event instanceof PointerEvent) {
      this.onPointer(event);
    }
  }

  private get size(): ISize {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  /** The first view of a picture: all of it if it can be read then, else its beginning or its home. */
  private begin(): void {
    if (this.hasView || this.size.width === 0 || this.bounds.width === 0) {
      return;
    }
    this.hasView = true;
    const whole = fit(this.bounds, this.size);
    const factor = Math.max(1, READABLE / whole.scale);
    this.scene.view = zoomAt(whole, factor, {
      x: this.size.width / 2,
      y: whole.y
    });
    if (this.home) {
      this.scene.view = within(
        centre(this.scene.view, this.home, this.size),
        this.bounds,
        this.size
      );
    }
  }

  private onResize(): void {
    this.settle();
  }

  private settle(): void {
    if (this.hasView) {
      this.scene.view = within(this.scene.view, this.bounds, this.size);
    }
    this.schedule();
  }

  private move(dx: number, dy: number): void {
    this.scene.view = pan(this.scene.view, dx, dy);
    this.settle();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(-event.deltaY * unit * 0.003), this.at(event));
    } else if (event.shiftKey && event.deltaX === 0) {
      this.move(-event.deltaY * unit, 0);
    } else {
      this.move(-event.deltaX * unit, -event.deltaY * unit);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (arrow) {
      this.move(...arrow);
    } else if (event.key === '+' || event.key === '=') {
      this.zoomIn();
    } else if (event.key === '-') {
      this.zoomOut();
    } else if (event.key === '0') {
      this.fit();
    } else if (event.key === 'Escape') {
      this.actions.leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private onPointer(event: PointerEvent): void {
    const at = this.at(event);
    if (event.type === 'pointerdown' && event.button === 0) {
      this.drag = { from: at, last: at, isMoved: false };
    } else if (event.type === 'pointermove') {
      this.onMove(event, at);
    } else if (event.type === 'pointerup') {
      this.onUp(event);
    } else if (event.type === 'pointerleave') {
      this.drag = null;
      this.scene.hover(null, 0);
    }
  }

  private onMove(event: PointerEvent, at: IPoint): void {
    const { drag } = this;
    if (!drag) {
      const { view } = this.scene;
      this.scene.hover(
        blockAt(event) === null ? toPicture(view, at) : null,
        NEAR_PX / view.scale
      );
      return;
    }
    if (
      !drag.isMoved &&
      Math.hypot(at.x - drag.from.x, at.y - drag.from.y) >= CLICK_PX
    ) {
      drag.isMoved = true;
      // Only now: a captured pointer would click the host, not the node.
      this.host.setPointerCapture(event.pointerId);
    }
    if (drag.isMoved) {
      this.move(at.x - drag.last.x, at.y - drag.last.y);
      drag.last = at;
    }
  }

  private onUp(event: PointerEvent): void {
    const blockId = blockAt(event);
    if (this.drag && !this.drag.isMoved && blockId !== null) {
      this.actions.choose(blockId);
    }
    this.drag = null;
  }

  private at(event: MouseEvent): IPoint {
    const { left, top } = this.host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

function blockAt(event: Event): string | null {
  return event.target instanceof Element
    ? (event.target
        .closest('[data-sept-block]')
        ?.getAttribute('data-sept-block') ?? null)
    : null;
}
