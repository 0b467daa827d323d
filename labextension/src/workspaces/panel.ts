import type { TranslationBundle } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import type { AccordionPanel, Widget } from '@lumino/widgets';

import { septTeamIcon } from '../shared/icons';
import { LazyPanel } from '../shared/lazyPanel';
import type { IShownWorkspace, IWorkspacePanel } from '../tokens';
import type { WorkspacesModel } from './model';
import type { WorkspaceViews } from './views';

/** The side panel "Workspace": which one, its projects and members, and the sections that other features add. */
export class WorkspacePanel extends SidePanel implements IWorkspacePanel {
  private readonly workspaceSignal = new Signal<this, void>(this);

  /**
   * @param open - opens a notebook by its path
   * @param bringUp - shows this panel in the shell
   */
  constructor(
    private readonly model: WorkspacesModel,
    private readonly trans: TranslationBundle,
    private readonly open: (path: string) => void,
    private readonly bringUp: () => void
  ) {
    super();
    this.id = 'sept-workspace-panel';
    this.addClass('sept-SidePanel');
    this.title.icon = septTeamIcon;
    this.title.caption = trans.__('Workspace');
    model.changed.connect(this.onModelChanged, this);
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Workspace'));
    this.header.addWidget(this.lazy('', views => views.header()));
    this.addWidget(this.lazy(trans.__('Projects'), views => views.projects()));
    this.addWidget(this.lazy(trans.__('Members'), views => views.members()));
  }

  get workspace(): IShownWorkspace | null {
    return this.model.shown;
  }

  get workspaceChanged(): ISignal<this, void> {
    return this.workspaceSignal;
  }

  add(section: Widget): void {
    this.addWidget(section);
  }

  reveal(section: Widget): void {
    this.bringUp();
    const accordion = this.content as AccordionPanel;
    const { widgets } = this;
    const index = widgets.findIndex(other => other.contains(section));
    accordion.expand(index);
    // Sizes given while the panel was hidden count for nothing: a section would open with no height.
    requestAnimationFrame(() => {
      accordion.setRelativeSizes(
        widgets.map((_, other) => (other === index ? 4 : 1))
      );
      widgets[index].activate();
    });
  }

  protected override onBeforeShow(msg: Message): void {
    super.onBeforeShow(msg);
    this.model.start();
  }

  private onModelChanged(): void {
    this.workspaceSignal.emit();
  }

  private lazy(label: string, make: (views: WorkspaceViews) => Widget): Widget {
    const { model, trans, open } = this;
    const section = new LazyPanel(async () => {
      const { WorkspaceViews } = await import('./views');
      return make(new WorkspaceViews(model, trans, open));
    }, trans);
    section.title.label = label;
    return section;
  }
}
