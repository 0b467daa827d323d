import { expect, test } from '@jupyterlab/galata';

import {
  badgeOf,
  expectBox,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';

const CHAIN = [
  { id: 'title', type: 'markdown', source: '# Orders' },
  { id: 'load', source: 'orders = [3, 1, 2]' },
  { id: 'sort', source: 'ranked = sorted(orders)' },
  { id: 'show', source: 'print(ranked[0])' },
  { id: 'alone', source: 'print("alone")' }
] as const;

test.describe('A notebook that knows its dependencies', () => {
  test.beforeEach(async ({ page, tmpPath }) => {
    await openNotebook(page, tmpPath, 'chain.ipynb', CHAIN);
  });

  test('shows on every code cell what it reads and writes', async ({
    page
  }) => {
    await expect(badgeOf(page, 1)).toHaveAttribute(
      'aria-label',
      'Cell 2, not run, writes orders'
    );
    await expect(badgeOf(page, 2)).toHaveAttribute(
      'aria-label',
      'Cell 3, not run, reads orders, writes ranked'
    );
    await expectBox(badgeOf(page, 1));
    await expectBox(badgeOf(page, 2));
    await expect(badgeOf(page, 0)).toHaveCount(0);
    expect(await badgeOf(page, 2).getAttribute('tabindex')).toBe('-1');
  });

  test('turns stale after an edit what depends on it, and fresh again by undo', async ({
    page
  }) => {
    await page.notebook.run();
    await expectStates(page, {
      1: 'up to date',
      2: 'up to date',
      3: 'up to date',
      4: 'up to date'
    });
    await typeInto(page, 1, ' + [0]');
    await expectStates(page, {
      1: 'stale',
      2: 'stale',
      3: 'stale',
      4: 'up to date'
    });
    await expect(
      page.getByRole('status').filter({ hasText: 'became stale' })
    ).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expectStates(page, {
      1: 'up to date',
      2: 'up to date',
      3: 'up to date'
    });
  });

  test('runs what is stale in dependency order, and nothing else', async ({
    page
  }) => {
    await page.notebook.run();
    await expectStates(page, { 3: 'up to date', 4: 'up to date' });
    const button = page.getByRole('button', { name: /^Run stale/ });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAttribute('title', 'Everything is up to date');

    await typeInto(page, 1, ' + [0]');
    await expect(button).toHaveText(/Run stale\s*3/);
    await button.click();
    await expectStates(page, {
      1: 'up to date',
      2: 'up to date',
      3: 'up to date'
    });
    const prompts = page.locator('.jp-Notebook .jp-InputPrompt');
    await expect(prompts.nth(1)).toHaveText('[5]:');
    await expect(prompts.nth(2)).toHaveText('[6]:');
    await expect(prompts.nth(3)).toHaveText('[7]:');
    await expect(prompts.nth(4)).toHaveText('[4]:');
    expect(await page.notebook.getCellTextOutput(3)).toEqual(['0\n']);
  });

  test('opens the Dependencies panel from a badge, and leads to the cells in it', async ({
    page
  }) => {
    await badgeOf(page, 2).locator('.sept-BadgeRow-state').click();
    const panel = page.locator('#sept-dependencies');
    await expect(panel).toBeVisible();
    const upstream = panel.getByRole('list', { name: 'Upstream' });
    const downstream = panel.getByRole('list', { name: 'Downstream' });
    await expect(upstream.getByRole('button')).toHaveAccessibleName(
      'Cell 2, not run, orders = [3, 1, 2], by orders, from the text'
    );
    await expect(downstream.getByRole('button')).toHaveAccessibleName(
      'Cell 4, not run, print(ranked[0]), by ranked, from the text'
    );
    await upstream.getByRole('button').click();
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(1)).toHaveClass(
      /jp-mod-active/
    );
  });

  test('calls cells by the numbers that stand at their prompts', async ({
    page
  }) => {
    await page.notebook.run();
    await expectStates(page, { 3: 'up to date' });
    await badgeOf(page, 2).locator('.sept-BadgeRow-state').click();
    await expect(
      page.locator('#sept-dependencies .sept-Row-number')
    ).toHaveText(['[1]', '[3]']);
    await expect(
      page.locator('.jp-Notebook .jp-InputPrompt').nth(1)
    ).toHaveText('[1]:');
  });

  test('leaves clicks on the empty part of a badge row to the cell', async ({
    page
  }) => {
    const row = badgeOf(page, 4);
    const box = await row.boundingBox();
    await row.click({ position: { x: 8, y: 10 } });
    await row.click({ position: { x: (box?.width ?? 0) / 2, y: 10 } });
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(4)).toHaveClass(
      /jp-mod-active/
    );
    await page.keyboard.press('Control+Enter');
    await expectStates(page, { 4: 'up to date' });
  });

  test('reaches the panel by the keyboard, and comes back by Escape', async ({
    page
  }) => {
    await page.notebook.selectCells(2);
    await page.keyboard.press('Alt+Shift+D');
    const rows = page.locator('#sept-dependencies .sept-RowList-row');
    await expect(rows.first()).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(
      page.locator('.jp-Notebook .jp-Cell.jp-mod-active')
    ).toContainText('ranked = sorted(orders)');
    await expect(page.locator('#sept-dependencies')).not.toContainText(
      'Select a code cell'
    );
    expect(
      await page.evaluate(() =>
        Boolean(document.activeElement?.closest('.jp-Notebook'))
      )
    ).toBe(true);
  });
});
