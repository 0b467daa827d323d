import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { command, openNotebook } from '../support/notebook';
import { openSection, reload, submit } from '../support/team';

const CELLS = [{ id: 'a', source: 'a = 1' }] as const;

async function openPanel(page: IJupyterLabPageFixture): Promise<Locator> {
  await command(page, 'sept:show-workspace');
  const panel = page.getByRole('region', { name: 'Workspace' });
  await expect(panel).toBeVisible();
  return panel;
}

/** Make a workspace; the field is behind a link once there is one. */
async function create(panel: Locator, name: string): Promise<void> {
  const link = panel.getByRole('button', { name: 'New workspace…' });
  const field = panel.getByRole('textbox', {
    name: 'Name of the new workspace'
  });
  await expect(link.or(field)).toBeVisible();
  if (await link.isVisible()) {
    await link.click();
  }
  await submit(panel, 'Name of the new workspace', name, 'Create');
  await expect(
    panel.getByRole('combobox', { name: 'Workspace' }).locator(':checked')
  ).toHaveText(name);
}

test.describe('The workspace', () => {
  test('is made, and has the notebooks that are shared in it', async ({
    page,
    tmpPath
  }) => {
    const name = `Growth ${tmpPath}`;
    await openNotebook(page, tmpPath, 'report.ipynb', CELLS);
    const panel = await openPanel(page);
    await create(panel, name);
    await expect(panel).toContainText('No notebooks yet.');
    await expect(panel).toContainText('No connections yet.');
    await expect(
      panel.getByRole('combobox', { name: /^Role of / })
    ).toHaveValue('ADMIN');

    const comments = await openSection(page, 'comments');
    await comments.getByRole('combobox', { name: 'Workspace' }).selectOption({
      label: name
    });
    await comments.getByRole('button', { name: 'Share this notebook' }).click();
    const row = panel
      .getByRole('list', { name: 'Projects' })
      .getByRole('button', { name: `report, ${tmpPath}/report.ipynb` });
    await expect(row).toBeVisible();

    await page.notebook.close(true);
    await expect(page.locator('.jp-Notebook')).toHaveCount(0);
    await row.click();
    await expect(page.locator('.jp-Notebook .sept-BadgeRow')).toHaveCount(1);

    await create(panel, `${name} 2`);
    await reload(page);
    const again = await openPanel(page);
    // The notebook that is open decides which workspace is shown.
    await expect(
      again.getByRole('combobox', { name: 'Workspace' }).locator(':checked')
    ).toHaveText(name);
    await expect(
      again.getByRole('button', { name: `report, ${tmpPath}/report.ipynb` })
    ).toBeVisible();
  });

  test('has members with roles, and always an admin', async ({
    page,
    tmpPath
  }) => {
    const panel = await openPanel(page);
    await create(panel, `Team ${tmpPath}`);
    await submit(panel, 'Name of the new member', 'grace', 'Add as editor');
    const role = panel.getByRole('combobox', { name: 'Role of grace' });
    await expect(role).toHaveValue('EDITOR');
    await role.selectOption('VIEWER');
    await expect(role).toHaveValue('VIEWER');

    const mine = panel.getByRole('listitem').filter({ hasText: '(you)' });
    await expect(mine.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
    await mine.getByRole('combobox').selectOption('VIEWER');
    await expect(panel.getByRole('alert')).toContainText(
      'A workspace keeps at least one admin; make somebody else admin first.'
    );
    await expect(mine.getByRole('combobox')).toHaveValue('ADMIN');

    await panel.getByRole('button', { name: 'Remove grace' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(`Remove grace from Team ${tmpPath}?`);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(role).toHaveCount(0);
    await expect(panel.getByRole('alert')).toHaveCount(0);
  });

  test('shows names as they are, and executes nothing in them', async ({
    page,
    tmpPath
  }) => {
    const panel = await openPanel(page);
    const attack = `<img src=x onerror="window.attacked=1">`;
    await create(panel, `${attack} ${tmpPath}`);
    await submit(panel, 'Name of the new member', attack, 'Add as editor');
    await expect(
      panel.getByRole('listitem').filter({ hasText: attack })
    ).toBeVisible();
    await panel.getByRole('button', { name: `Remove ${attack}` }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(`Remove ${attack} from ${attack}`);
    await expect(panel.locator('img')).toHaveCount(0);
    await expect(dialog.locator('img')).toHaveCount(0);
    expect(
      await page.evaluate(() => (window as { attacked?: number }).attacked)
    ).toBeUndefined();
  });
});
