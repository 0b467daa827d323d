import type { TranslationBundle } from '@jupyterlab/translation';

import { databaseNode, glyphNode } from '../shared/glyphs';
import { commentsText, type IBadge, type IChip, type IChips } from './model';

/** What a click inside a row means; in the `data-sept-act` attribute. */
export type RowAct = 'explain' | 'run' | 'comments';

/**
 * The badge row's node. It holds no listeners: the notebook's painter listens once for all rows.
 * Not a tab stop, or a notebook of 1,000 cells would have 1,000 more; a command leads to it.
 */
export function createRow(): HTMLElement {
  const row = document.createElement('div');
  row.className = 'sept-BadgeRow';
  row.setAttribute('role', 'group');
  row.tabIndex = -1;
  return row;
}

/**
 * Make a row show a badge.
 *
 * @param wasRunning - the badge before showed a run: a success is news then, and said for a moment
 */
export function fillRow(
  row: HTMLElement,
  badge: IBadge,
  wasRunning: boolean,
  trans: TranslationBundle
): void {
  row.setAttribute('aria-label', badge.label);
  row.replaceChildren(
    stateNode(badge, wasRunning),
    ...namesNodes(trans.__('reads'), badge.reads),
    ...namesNodes(trans.__('writes'), badge.writes),
    ...(badge.isOpaque
      ? [span('sept-BadgeRow-opaque', trans.__('maybe more'))]
      : []),
    span('sept-BadgeRow-space', ''),
    ...commentNodes(badge, trans),
    ...actionNodes(badge, trans)
  );
}

function stateNode(badge: IBadge, wasRunning: boolean): HTMLElement {
  const node = span('sept-BadgeRow-state', '');
  node.title = badge.tooltip;
  node.dataset.septAct = 'explain' satisfies RowAct;
  node.appendChild(glyphNode(badge.look));
  if (badge.word !== '' && (badge.look !== 'success' || wasRunning)) {
    const word = span('sept-BadgeRow-word', badge.word);
    word.classList.add(`sept-mod-${badge.look}`);
    node.appendChild(word);
  }
  return node;
}

function namesNodes(title: string, chips: IChips): HTMLElement[] {
  if (chips.shown.length === 0) {
    return [];
  }
  const node = span('sept-BadgeRow-names', '');
  node.dataset.septAct = 'explain' satisfies RowAct;
  node.append(span('sept-BadgeRow-title', title), ...chips.shown.map(chipNode));
  if (chips.hidden.length > 0) {
    const more = span('sept-BadgeRow-more', `+${chips.hidden.length}`);
    more.title = chips.hidden.map(chip => chip.text).join(', ');
    node.appendChild(more);
  }
  return [node];
}

function chipNode(chip: IChip): HTMLElement {
  const node = span('sept-BadgeRow-chip', '');
  node.title = chip.tooltip;
  node.tabIndex = -1;
  node.dataset.septName = chip.text;
  if (chip.isRelation) {
    node.appendChild(databaseNode());
  }
  node.append(span('sept-BadgeRow-name', chip.text));
  return node;
}

function commentNodes(badge: IBadge, trans: TranslationBundle): HTMLElement[] {
  if (badge.commentCount === 0) {
    return [];
  }
  const text = commentsText(badge.commentCount, trans);
  return [button('comments', text, text)];
}

function actionNodes(badge: IBadge, trans: TranslationBundle): HTMLElement[] {
  if (badge.look === 'none') {
    return [];
  }
  const actions = span('sept-BadgeRow-actions', '');
  if (badge.look === 'stale') {
    actions.appendChild(
      button('explain', trans.__('Why stale?'), trans.__('Why stale?'))
    );
  }
  actions.appendChild(
    button(
      'run',
      trans.__('Run with upstream'),
      trans.__('Run this cell and what it depends on, where that is needed')
    )
  );
  return [actions];
}

function button(act: RowAct, text: string, tooltip: string): HTMLElement {
  const node = document.createElement('button');
  node.className = 'sept-BadgeRow-button';
  node.dataset.septAct = act;
  node.tabIndex = -1;
  node.type = 'button';
  node.title = tooltip;
  node.textContent = text;
  return node;
}

function span(className: string, text: string): HTMLElement {
  const node = document.createElement('span');
  node.className = className;
  node.textContent = text;
  return node;
}
