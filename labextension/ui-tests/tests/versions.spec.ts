import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { command, openNotebook, typeInto } from '../support/notebook';
import { openSection, reload, secondTab, share, submit } from '../support/team';

const CELLS = [
  { id: 'load', source: 'orders = [3, 1, 2]' },
  { id: 'sort', source: 'ranked = sorted(orders)' },
  { id: 'show', source: 'print(ranked[0])' },
  { id: 'end', source: 'print("end")' }
] as const;

async function openShared(
  page: IJupyterLabPageFixture,
  folder: string
): Promise<Locator> {
  await openNotebook(page, folder, 'history.ipynb', CELLS);
  const section = await openSection(page, 'versions');
  await expect(section).toContainText('Keep the notebook under a name');
  await share(section);
  return section;
}

function save(section: Locator, label: string): Promise<void> {
  return submit(section, 'Name of the new version', label, 'Save version');
}

/** The texts of the notebook's cells, as they stand in the editors. */
function sources(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-Notebook .jp-Cell .cm-content');
}

/** A cell's difference, by what happened to it. */
function change(section: Locator, kind: string): Locator {
  return section
    .locator('.sept-Change')
    .filter({ has: section.page().getByText(kind, { exact: true }) });
}

test.describe('Versions', () => {
  test('are saved under a name, with author and time, the newest first', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await expect(section).toContainText('No versions yet.');
    await save(section, 'Before the review');
    const versions = section
      .getByRole('list', { name: 'Versions' })
      .getByRole('listitem');
    await expect(versions).toHaveCount(1);
    await expect(versions.first()).toContainText('Before the review');
    await expect(versions.first().getByRole('time')).toHaveText('now');
    await expect(versions.first().locator('.sept-Version-author')).toHaveText(
      /\S/
    );
    await expect(
      section.getByRole('textbox', { name: 'Name of the new version' })
    ).toHaveValue('');

    const second = await secondTab(page, `${tmpPath}/history.ipynb`);
    const there = await openSection(second, 'versions');
    await expect(there).toContainText('Before the review');
    await save(section, '<b>After</b> the review');
    await expect(versions.first()).toContainText('<b>After</b> the review');
    await expect(
      there
        .getByRole('list', { name: 'Versions' })
        .getByRole('listitem')
        .first()
    ).toContainText('<b>After</b> the review');
    await second.close();

    await reload(page);
    const again = await openSection(page, 'versions');
    await expect(again).toContainText('Before the review');
  });

  test('are compared with now, cell by cell, and restored with a way back', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await save(section, 'Clean');
    await section
      .getByRole('button', { name: 'Compare Clean with now' })
      .click();
    await expect(section).toContainText('Nothing differs');
    await section.getByRole('button', { name: 'All versions' }).click();

    await typeInto(page, 0, ' + [0]');
    await page.notebook.selectCells(3);
    await command(page, 'notebook:insert-cell-below');
    await typeInto(page, 4, 'total = sum(orders)');
    await page.notebook.selectCells(2);
    await command(page, 'notebook:delete-cell');
    await page.notebook.selectCells(2);
    await command(page, 'notebook:move-cell-up');
    await expect(sources(page)).toHaveText([
      'orders = [3, 1, 2] + [0]',
      'print("end")',
      'ranked = sorted(orders)',
      'total = sum(orders)'
    ]);

    await section
      .getByRole('button', { name: 'Compare Clean with now' })
      .click();
    await expect(section).toContainText('From 1 Clean to now');
    await expect(section).toContainText('4 cells differ, 1 unchanged.');
    await expect(change(section, 'changed').locator('pre')).toHaveText(
      '- orders = [3, 1, 2]+ orders = [3, 1, 2] + [0]'
    );
    await expect(change(section, 'added').locator('pre')).toHaveText(
      '+ total = sum(orders)'
    );
    await expect(change(section, 'removed').locator('pre')).toHaveText(
      '- print(ranked[0])'
    );
    await expect(change(section, 'moved')).toHaveCount(1);
    await change(section, 'added')
      .getByRole('button', { name: 'total = sum(orders)' })
      .click();
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(3)).toHaveClass(
      /jp-mod-active/
    );

    await section.getByRole('button', { name: 'Restore', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Restore “Clean”?');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await expect(sources(page)).toHaveText(CELLS.map(({ source }) => source));
    const versions = section
      .getByRole('list', { name: 'Versions' })
      .getByRole('listitem');
    await expect(versions.locator('.sept-Version-label')).toHaveText([
      /Restored version 1: Clean/,
      /Before restoring version 1/,
      /Clean/
    ]);

    await section
      .getByRole('button', { name: 'Restore Before restoring version 1' })
      .click();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await expect(sources(page).first()).toHaveText('orders = [3, 1, 2] + [0]');
    await expect(sources(page).last()).toHaveText('total = sum(orders)');
    await expect(versions).toHaveCount(5);
  });

  test('say what went wrong, and keep the name that was typed', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await page.route(/\/sept\/graphql/, route => route.abort());
    await save(section, 'Lost?');
    await expect(section.getByRole('alert')).toContainText(
      'The server does not answer.'
    );
    const field = section.getByRole('textbox', {
      name: 'Name of the new version'
    });
    await expect(field).toHaveValue('Lost?');
    await page.unroute(/\/sept\/graphql/);
    await field.press('Enter');
    await expect(section.getByRole('listitem')).toHaveText(/Lost\?/);
    await expect(section.getByRole('alert')).toHaveCount(0);

    await field.fill('x'.repeat(201));
    await expect(section).toContainText('1 character too long.');
    await expect(
      section.getByRole('button', { name: 'Save version' })
    ).toBeDisabled();
  });
});
