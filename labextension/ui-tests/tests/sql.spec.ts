import { expect, test } from '@jupyterlab/galata';

import {
  badgeOf,
  command,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';

/** Fills a SQLite file beside the notebook, with the standard library only. */
const MAKE_SHOP = `
import sqlite3
with sqlite3.connect("shop.db") as shop:
    shop.execute("CREATE TABLE orders (id INTEGER, amount REAL)")
    shop.executemany("INSERT INTO orders VALUES (?, ?)", [(1, 5.0), (2, 50.0), (3, 500.0)])
`.trim();

test.describe('SQL cells', () => {
  test('read dataframes and databases, bind values, and give their result a name', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'sql.ipynb', [
      { id: 'make', source: MAKE_SHOP },
      { id: 'threshold', source: 'threshold = 40' },
      {
        id: 'ask',
        source:
          '%%sql big << --connection sqlite:///shop.db\nSELECT id, amount FROM orders\nWHERE amount >= {{ threshold }}'
      },
      {
        id: 'frame',
        source: '%%sql total <<\nSELECT sum(amount) AS total FROM big'
      },
      { id: 'python', source: 'print(int(total["total"].iloc[0]))' }
    ]);
    await expect(badgeOf(page, 2)).toHaveAccessibleName(
      'Cell 3, not run, reads threshold and orders, writes big'
    );
    await expect(
      badgeOf(page, 2).getByTitle(/^orders in .*shop\.db/)
    ).toBeVisible();
    await expect(badgeOf(page, 3)).toHaveAccessibleName(
      'Cell 4, not run, reads big, writes total'
    );
    await command(page, 'sept:run-all');
    await expectStates(page, {
      0: 'up to date',
      1: 'up to date',
      2: 'up to date',
      3: 'up to date',
      4: 'up to date'
    });
    const output = page.locator('.jp-Notebook .jp-Cell').nth(2);
    await expect(output.locator('table')).toBeVisible();
    await expect(output.locator('table')).toContainText('500');
    await expect(output.locator('.jp-OutputArea')).toContainText('2 rows');
    expect(await page.notebook.getCellTextOutput(4)).toEqual(['550\n']);

    await typeInto(page, 1, '0');
    await expectStates(page, {
      0: 'up to date',
      1: 'stale',
      2: 'stale',
      3: 'stale',
      4: 'stale'
    });
    await page.getByRole('button', { name: /^Run stale/ }).click();
    await expectStates(page, { 1: 'up to date', 4: 'up to date' });
    expect(await page.notebook.getCellTextOutput(4)).toEqual(['500\n']);
  });

  test('that name an unknown table say where, and what may be meant', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'wrong.ipynb', [
      { id: 'make', source: MAKE_SHOP },
      {
        id: 'ask',
        source:
          '%%sql big << --connection sqlite:///shop.db\nSELECT *\nFROM oders'
      },
      { id: 'after', source: 'print(big)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date', 1: 'error', 2: 'not run' });
    const output = page
      .locator('.jp-Notebook .jp-Cell')
      .nth(1)
      .locator('.jp-OutputArea-output');
    await expect(output).toBeVisible();
    await expect(output).toContainText("There is no table 'oders'.");
    await expect(output).toContainText(/line 3: FROM oders\n {13}\^{5}\n/);
    await expect(output).toContainText('Did you mean orders?');
  });
});
