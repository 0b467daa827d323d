import { expect, test } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

import {
  fillConnection,
  nameOf,
  openConnections
} from '../support/connections';
import {
  badgeOf,
  command,
  expectStates,
  openNotebook
} from '../support/notebook';

/** Fills a SQLite file beside the notebook, and a frame. */
const MAKE = `
import sqlite3
import pandas as pd
with sqlite3.connect("shop.db") as shop:
    shop.execute("CREATE TABLE orders (id INTEGER, amount REAL)")
    shop.execute("INSERT INTO orders VALUES (1, 5.0)")
prices = pd.DataFrame({"product": ["tea"], "price": [3.5]})
`.trim();

/** Cells of the notebook that is shown. */
function cellAt(page: Page, index: number): Locator {
  return page.locator('.jp-Notebook .jp-Cell').nth(index);
}

/** Replace what the cell's editor has by typing. */
async function write(page: Page, index: number, text: string): Promise<void> {
  await cellAt(page, index).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
}

test.describe('While a SQL cell is written', () => {
  // Galata's own copy of the kernels' API answers a restart with 201, which JupyterLab takes for a failure.
  test.use({ kernels: null, sessions: null });

  test('columns of a table that are not there are underlined and say what is meant', async ({
    page,
    tmpPath
  }) => {
    const name = nameOf(tmpPath);
    await openNotebook(page, tmpPath, 'hints.ipynb', [
      { id: 'make', source: MAKE },
      { id: 'ask', source: '' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date' });
    const panel = await openConnections(page, `Hints ${tmpPath}`);
    const form = await fillConnection(panel, 'SQLite', {
      Name: name,
      File: `${tmpPath}/shop.db`
    });
    await form.getByRole('button', { name: 'Add' }).click();
    await expect(panel.getByRole('tree')).toContainText(name);

    const text = `%%sql --connection ${name}\nSELECT amuont FROM orders`;
    await write(page as unknown as Page, 1, text);
    const mark = cellAt(page as unknown as Page, 1).locator('.sept-SqlMark');
    await expect(mark).toHaveText('amuont');
    await expect(mark).toHaveCSS('text-decoration-style', 'wavy');
    await mark.hover();
    const tooltip = page.locator('.sept-SqlTooltip');
    await expect(tooltip).toHaveText(
      'There is no column amuont in orders. Did you mean amount?'
    );
    await expect(
      badgeOf(page, 1).getByTitle(`orders in ${name}`)
    ).toBeVisible();
    await page.screenshot({ path: 'test-results/sql-hint-light.png' });
    await page.theme.setDarkTheme();
    await mark.hover();
    await expect(tooltip).toBeVisible();
    await page.screenshot({ path: 'test-results/sql-hint-dark.png' });

    // The same by keyboard.
    await page.mouse.move(0, 0);
    await expect(tooltip).toBeHidden();
    await cellAt(page as unknown as Page, 1)
      .locator('.cm-content')
      .click();
    await page.keyboard.press('Alt+Shift+N');
    await expect(tooltip).toContainText('Did you mean amount?');
    await expect(page.locator('.sept-LiveRegion')).toHaveText(
      'There is no column amuont in orders. Did you mean amount? (1 of 1)'
    );
    await page.keyboard.press('ArrowRight');
    await expect(tooltip).toBeHidden();

    await write(page as unknown as Page, 1, text.replace('amuont', 'amount'));
    await expect(mark).toHaveCount(0);
  });

  test('dataframes complete their columns and underline those they have not, until the kernel restarts', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'frames.ipynb', [
      { id: 'make', source: MAKE },
      { id: 'ask', source: '%%sql\nSELECT prod FROM prices' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date' });
    const plain = page as unknown as Page;
    const cell = cellAt(plain, 1);
    await cell.locator('.cm-content').click();
    const mark = cell.locator('.sept-SqlMark.sept-mod-problem');
    await expect(mark).toHaveText('prod');
    await page.keyboard.press('Control+End');
    for (let step = 0; step < ' FROM prices'.length; step++) {
      await page.keyboard.press('ArrowLeft');
    }
    await command(page, 'completer:invoke-notebook');
    const completer = page.locator('.jp-Completer');
    await completer.getByText('product').click();
    await expect(cell.locator('.cm-content')).toContainText(
      'SELECT product FROM prices'
    );
    await expect(mark).toHaveCount(0);

    await page.keyboard.type(', ');
    await command(page, 'completer:invoke-notebook');
    await expect(completer.getByText('price', { exact: true })).toBeVisible();
    await page.screenshot({ path: 'test-results/sql-frame-completion.png' });
    await page.keyboard.press('Escape');

    await write(plain, 1, '%%sql\nSELECT cost FROM prices');
    await expect(mark).toHaveText('cost');
    const restarted = command(page, 'kernelmenu:restart');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await restarted;
    await expect(mark).toHaveCount(0);
  });

  test('a failed run marks its place until the text changes', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'error.ipynb', [
      { id: 'make', source: MAKE },
      {
        id: 'ask',
        source: '%%sql --connection sqlite:///shop.db\nSELECT *\nFROM oders'
      }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date', 1: 'error' });
    const plain = page as unknown as Page;
    const cell = cellAt(plain, 1);
    const mark = cell.locator('.sept-SqlMark.sept-mod-error');
    await expect(mark).toHaveText('oders');
    await mark.hover();
    await expect(page.locator('.sept-SqlTooltip')).toHaveText(
      "There is no table 'oders'. Did you mean orders?"
    );
    await page.screenshot({ path: 'test-results/sql-error-light.png' });
    await page.theme.setDarkTheme();
    await mark.hover();
    await expect(page.locator('.sept-SqlTooltip')).toBeVisible();
    await page.screenshot({ path: 'test-results/sql-error-dark.png' });
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' ');
    await expect(mark).toHaveCount(0);
  });
});
