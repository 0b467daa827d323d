import { expect, test } from '@jupyterlab/galata';

import {
  fillConnection,
  nameOf,
  openConnections
} from '../support/connections';
import {
  badge,
  command,
  expectStates,
  openNotebook
} from '../support/notebook';

/** Fills a SQLite file beside the notebook, with the standard library only. */
const MAKE_SHOP = `
import sqlite3
with sqlite3.connect("shop.db") as shop:
    shop.execute("CREATE TABLE orders (id INTEGER, amount REAL)")
    shop.executemany("INSERT INTO orders VALUES (?, ?)", [(1, 5.0), (2, 50.0), (3, None)])
    shop.execute("CREATE TABLE customers (id INTEGER, family_name TEXT)")
`.trim();

test.describe('Connections', () => {
  test('are added, tried, browsed and deleted, and cells use them', async ({
    page,
    tmpPath
  }) => {
    const name = nameOf(tmpPath);
    await openNotebook(page, tmpPath, 'n.ipynb', [
      { id: 'make', source: MAKE_SHOP }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date' });
    const panel = await openConnections(page, `Data ${tmpPath}`);
    const form = await fillConnection(panel, 'SQLite', {});
    await form.getByRole('button', { name: 'Add' }).click();
    await expect(form.getByRole('alert').first()).toContainText(
      'Letters, digits'
    );
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await form.getByRole('textbox', { name: /^File/ }).fill(`${tmpPath}/no.db`);
    await form.getByRole('button', { name: 'Test' }).click();
    await expect(form.getByRole('status')).toContainText(
      'There is no SQLite file'
    );
    await form
      .getByRole('textbox', { name: /^File/ })
      .fill(`${tmpPath}/shop.db`);
    await form.getByRole('button', { name: 'Test' }).click();
    await expect(form.getByRole('status')).toHaveText('Connected: 2 tables.');
    await page.screenshot({ path: 'test-results/connections-form.png' });
    await form.getByRole('button', { name: 'Add' }).click();

    const tree = panel.getByRole('tree', { name: 'Connections' });
    const orders = tree.getByRole('treeitem', { name: 'orders' });
    await expect(orders).toBeVisible();
    await orders.click();
    await expect(tree.getByRole('treeitem', { name: 'amount' })).toBeVisible();
    await page.screenshot({ path: 'test-results/connections-tree.png' });
    await panel.getByRole('searchbox').fill('family');
    await expect(
      tree.getByRole('treeitem', { name: 'family_name' })
    ).toBeVisible();
    await expect(orders).toHaveCount(0);
    await panel.getByRole('searchbox').fill('');

    await orders.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Preview 100 Rows' }).click();
    await expect(page.locator('.sept-Preview-table')).toContainText('NULL');
    await expect(page.locator('.sept-Preview')).toContainText('3 rows.');
    await page.screenshot({ path: 'test-results/connections-preview.png' });

    // Notebook 7 has no other tabs: there the rows stand below.
    const seven = await page.context().newPage();
    await seven.goto(`notebooks/${tmpPath}/n.ipynb`);
    await seven.locator('.sept-BadgeRow').first().waitFor();
    await seven.keyboard.press('Alt+Shift+W');
    const besides = seven.getByRole('region', { name: 'Workspace' });
    await besides.getByRole('combobox').first().selectOption(`Data ${tmpPath}`);
    await besides.getByRole('treeitem', { name }).click();
    await besides
      .getByRole('treeitem', { name: 'orders' })
      .click({ button: 'right' });
    await seven.getByRole('menuitem', { name: 'Preview 100 Rows' }).click();
    const below = seven.locator('.sept-Preview');
    await expect(below).toContainText('3 rows.');
    expect((await below.boundingBox())?.height).toBeGreaterThan(100);
    await seven.screenshot({ path: 'test-results/connections-notebook7.png' });
    await seven.close();

    await page.notebook.activate('n.ipynb');
    await orders.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Insert SELECT' }).click();
    const cell = page.locator('.jp-Notebook .jp-Cell').nth(1);
    await expect(cell).toContainText(`%%sql --connection ${name}`);
    await expect(cell).toContainText('FROM orders');
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'error', 1: 'up to date' });
    await expect(cell.locator('table')).toContainText('50');

    // Complete a column of the table in a new cell.
    await page.notebook.addCell('code', '');
    const ask = page.locator('.jp-Notebook .jp-Cell').nth(2);
    await ask.locator('.cm-content').click();
    await page.keyboard.insertText(
      `%%sql --connection ${name}\nSELECT o. FROM orders o`
    );
    for (let step = 0; step < ' FROM orders o'.length; step++) {
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('Tab');
    const completer = page.locator('.jp-Completer');
    await expect(completer.getByText('amount')).toBeVisible();
    await expect(completer.locator('.jp-Completer-item')).toHaveCount(2);
    await page.screenshot({ path: 'test-results/connections-complete.png' });
    await completer.getByText('amount').click();
    await expect(ask).toContainText('SELECT o.amount FROM orders o');

    // An error is marked in the cell's own text.
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(' WHERE amonut > 1');
    await page.keyboard.press('Control+Enter');
    await expect(ask.locator('.jp-OutputArea')).toContainText('amonut');
    await page.screenshot({ path: 'test-results/connections-error.png' });

    await tree.getByRole('treeitem', { name }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(`Delete the connection ${name}?`);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(panel).toContainText('No connections yet.');
    await expect(badge(page, 'not run')).toHaveCount(0);
  });
});
