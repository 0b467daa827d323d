import type { TranslationBundle } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { AccordionPanel } from '@lumino/widgets';

import type { INotebookPanelSection, INotebookPanelSections } from '../tokens';
import { septIcon } from '../shared/icons';

/** The side panel "Notebook"; its sections come from the features. */
export class NotebookSidePanel
  extends SidePanel
  implements INotebookPanelSections
{
  private readonly sections: INotebookPanelSection[] = [];

  constructor(
    private readonly shell: JupyterFrontEnd.IShell,
    trans: TranslationBundle
  ) {
    super();
    this.id = 'sept-notebook-panel';
    this.addClass('sept-SidePanel');
    this.title.icon = septIcon;
    this.title.caption = trans.__('Notebook: dependencies and team');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Notebook'));
  }

  add(section: INotebookPanelSection): void {
    const index = this.sections.filter(
      other => other.rank <= section.rank
    ).length;
    this.sections.splice(index, 0, section);
    this.insertWidget(index, section.widget);
  }

  reveal(id: string): void {
    const index = this.sections.findIndex(section => section.id === id);
    if (index < 0) {
      return;
    }
    this.shell.activateById(this.id);
    const accordion = this.content as AccordionPanel;
    accordion.expand(index);
    // Sizes given while the panel was hidden count for nothing: a section would open with no height.
    requestAnimationFrame(() => {
      accordion.setRelativeSizes(
        this.sections.map((_, other) => (other === index ? 2 : 1))
      );
      this.sections[index].widget.activate();
    });
  }
}
