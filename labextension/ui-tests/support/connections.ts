import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test, type Locator } from '@playwright/test';

import { command } from './notebook';
import { submit } from './team';

/** A name of a try's own: databases, and connections of all workspaces, are shared. */
export function nameOf(tmpPath: string): string {
  const { retry } = test.info();
  const words = `${retry || ''}_${tmpPath.replace(/\W/g, '_')}`;
  return `shop${words}`.toLowerCase().slice(0, 60);
}

/** A workspace of the test's own, in the panel, with the section "Connections" open. */
export async function openConnections(
  page: IJupyterLabPageFixture,
  workspace: string
): Promise<Locator> {
  await command(page, 'sept:show-connections');
  const panel = page.getByRole('region', { name: 'Workspace' });
  await expect(panel).toBeVisible();
  const link = panel.getByRole('button', { name: 'New workspace…' });
  const field = panel.getByRole('textbox', {
    name: 'Name of the new workspace'
  });
  await expect(link.or(field)).toBeVisible();
  if (await link.isVisible()) {
    await link.click();
  }
  await submit(panel, 'Name of the new workspace', workspace, 'Create');
  await expect(
    panel.getByRole('button', { name: 'Add connection…' })
  ).toBeVisible();
  return panel;
}

/** Open the form and fill it in: the kind by its title, then fields by their labels. */
export async function fillConnection(
  panel: Locator,
  kind: string,
  fields: Readonly<Record<string, string>>
): Promise<Locator> {
  await panel.getByRole('button', { name: 'Add connection…' }).click();
  const form = panel.getByRole('form', { name: 'New connection' });
  await form.getByRole('combobox', { name: 'Kind' }).selectOption(kind);
  for (const [label, value] of Object.entries(fields)) {
    await form
      .getByLabel(new RegExp(`^${label}( \\(optional\\))?$`))
      .fill(value);
  }
  return form;
}
