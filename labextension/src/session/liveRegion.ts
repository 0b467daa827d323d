import type { IDisposable } from '@lumino/disposable';

/** One polite live region: the only thing of Sept in a notebook that speaks by itself. */
export class LiveRegion implements IDisposable {
  isDisposed = false;
  private readonly node = document.createElement('div');

  /** @param host - the region lives and dies with it */
  constructor(host: HTMLElement) {
    this.node.className = 'sept-LiveRegion';
    this.node.setAttribute('role', 'status');
    this.node.setAttribute('aria-live', 'polite');
    host.appendChild(this.node);
  }

  say(text: string): void {
    this.node.textContent = text;
  }

  dispose(): void {
    this.isDisposed = true;
    this.node.remove();
  }
}
