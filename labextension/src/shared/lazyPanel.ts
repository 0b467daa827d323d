import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';

/**
 * The place of a widget whose code is loaded when somebody first looks: what stays closed costs nothing at the start.
 * Until it is there a skeleton shows, after 200 ms; a failure says so and can be tried again.
 */
export class LazyPanel<Content extends Widget = Widget> extends Panel {
  private loading: Promise<Content> | null = null;

  constructor(
    private readonly make: () => Promise<Content>,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-LazyPanel');
  }

  /** The widget itself, loaded now if it was not yet. Rejects when it cannot be loaded, which is shown as well. */
  whole(): Promise<Content> {
    this.loading ??= this.load();
    return this.loading;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this.begin();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.begin();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.begin(content => content.activate());
  }

  /** Load, for somebody who looks: what fails is shown in place of the widget. */
  private begin(act: (content: Content) => void = () => undefined): void {
    this.whole()
      .then(async content => {
        // What is to get the focus must be in the page first.
        await (content instanceof ReactWidget ? content.renderPromise : null);
        act(content);
      })
      .catch((error: unknown) => this.fail(error));
  }

  private async load(): Promise<Content> {
    this.node.setAttribute('aria-busy', 'true');
    try {
      const content = await this.make();
      this.widgets.forEach(other => other.dispose());
      this.addWidget(content);
      return content;
    } catch (error) {
      this.loading = null;
      throw error;
    } finally {
      this.node.removeAttribute('aria-busy');
    }
  }

  private fail(error: unknown): void {
    const { trans } = this;
    const note = document.createElement('div');
    note.className = 'sept-Section';
    note.setAttribute('role', 'alert');
    const text = document.createElement('p');
    text.textContent = trans.__(
      'This could not be loaded: %1',
      error instanceof Error ? error.message : String(error)
    );
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'sept-LinkButton';
    again.textContent = trans.__('Try again');
    again.onclick = () => this.begin(content => content.activate());
    note.append(text, again);
    this.widgets.forEach(other => other.dispose());
    this.addWidget(new Widget({ node: note }));
  }
}
