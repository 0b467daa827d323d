import type { ISeptSession } from '../tokens';

const PARTS = '.sept-BadgeRow-chip, .sept-BadgeRow-button';

/** Give the focus to the badge row of the active cell: its first name or button, else the row. */
export function focusBadge(session: ISeptSession): void {
  const row =
    session.panel.content.activeCell?.node.querySelector<HTMLElement>(
      '.sept-BadgeRow'
    );
  (row?.querySelector<HTMLElement>(PARTS) ?? row)?.focus();
}

/** Keys inside a row: arrows move between names and buttons, Enter acts, Escape goes back to the cell. */
export function onRowKey(session: ISeptSession, event: KeyboardEvent): void {
  const { target } = event;
  const row =
    target instanceof HTMLElement &&
    target.closest<HTMLElement>('.sept-BadgeRow');
  // A click gives the row itself the focus; keys such as Ctrl+Enter are the notebook's then.
  if (
    !row ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.shiftKey
  ) {
    return;
  }
  const parts = [...row.querySelectorAll<HTMLElement>(PARTS)];
  const at = parts.indexOf(target);
  if (event.key === 'ArrowRight') {
    parts[Math.min(at + 1, parts.length - 1)]?.focus();
  } else if (event.key === 'ArrowLeft') {
    parts[Math.max(at - 1, 0)]?.focus();
  } else if (at >= 0 && (event.key === 'Enter' || event.key === ' ')) {
    target.click();
  } else if (at >= 0 && event.key === 'Escape') {
    // The notebook does not take the focus from what is inside it.
    target.blur();
    session.panel.content.activate();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
