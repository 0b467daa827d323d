import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';

import { graphIcon } from '../shared/icons';
import { LazyPanel } from '../shared/lazyPanel';
import type { ISeptSessions } from '../tokens';

/** The graph's place in the shell: at the right, or a tab beside the notebook. */
export class GraphDock extends LazyPanel {
  private readonly closedSignal = new Signal<this, void>(this);

  constructor(sessions: ISeptSessions, trans: TranslationBundle) {
    super(async () => {
      const { GraphPanel } = await import('./panel');
      return new GraphPanel(sessions, trans);
    }, trans);
    this.id = 'sept-graph';
    this.title.icon = graphIcon;
    this.title.caption = trans.__('Dependency graph');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Dependency graph'));
  }

  /** It was closed in the main area. */
  get closed(): ISignal<this, void> {
    return this.closedSignal;
  }

  protected override onCloseRequest(msg: Message): void {
    super.onCloseRequest(msg);
    this.closedSignal.emit();
  }
}
