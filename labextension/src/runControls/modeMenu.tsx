import { ReactWidget, caretDownEmptyIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import * as React from 'react';

import { CommandIDs, type ISeptSession } from '../tokens';
import { MODES, type Mode } from './modes';

/** A mode in words. */
export function modeWord(mode: Mode, trans: TranslationBundle): string {
  switch (mode) {
    case 'MARK':
      return trans.__('Mark only');
    case 'ON_RUN':
      return trans.__('On run');
    case 'REACTIVE':
      return trans.__('Reactive');
  }
}

/** What a mode does, for its menu entry. */
export function modeSentence(mode: Mode, trans: TranslationBundle): string {
  switch (mode) {
    case 'MARK':
      return trans.__('Mark Only: Stale Cells Wait');
    case 'ON_RUN':
      return trans.__('On Run: Dependents Run After a Cell');
    case 'REACTIVE':
      return trans.__('Reactive: Cells Run After an Edit');
  }
}

/** Beside "Run stale": the present mode, and a menu of runs and modes. */
export class ModeMenu extends ReactWidget {
  private session: ISeptSession | null = null;

  constructor(
    sessionReady: Promise<ISeptSession>,
    private readonly modeOf: (session: ISeptSession) => Mode,
    private readonly commands: CommandRegistry,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('sept-RunStale');
    void sessionReady.then(session => {
      if (!this.isDisposed) {
        this.session = session;
        this.update();
      }
    });
    commands.commandChanged.connect(this.onCommand, this);
  }

  override render(): JSX.Element {
    const { trans, session } = this;
    const mode = session ? this.modeOf(session) : 'MARK';
    return (
      <button
        type="button"
        className="sept-RunStale-button sept-mod-menu"
        aria-haspopup="menu"
        aria-label={trans.__('Run mode: %1', modeWord(mode, trans))}
        title={modeSentence(mode, trans)}
        onClick={event => this.open(event.currentTarget)}
      >
        {mode !== 'MARK' && <span>{modeWord(mode, trans)}</span>}
        <caretDownEmptyIcon.react tag="span" className="sept-RunStale-caret" />
      </button>
    );
  }

  private onCommand(
    _: CommandRegistry,
    { id }: CommandRegistry.ICommandChangedArgs
  ): void {
    if (id === CommandIDs.setMode) {
      this.update();
    }
  }

  private open(button: HTMLElement): void {
    const menu = new Menu({ commands: this.commands });
    [
      CommandIDs.runStale,
      CommandIDs.runAll,
      CommandIDs.runWithUpstream,
      CommandIDs.cancelRun
    ].forEach(command => menu.addItem({ command }));
    menu.addItem({ type: 'separator' });
    MODES.forEach(mode =>
      menu.addItem({ command: CommandIDs.setMode, args: { mode } })
    );
    const { left, bottom } = button.getBoundingClientRect();
    menu.aboutToClose.connect(() => setTimeout(() => menu.dispose(), 0));
    menu.open(left, bottom);
  }
}
