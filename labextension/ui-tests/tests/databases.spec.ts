import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import {
  fillConnection,
  nameOf,
  openConnections
} from '../support/connections';
import { ask, serverOf, type IServer } from '../support/databases';
import {
  badgeOf,
  command,
  expectStates,
  openNotebook
} from '../support/notebook';

const SHOP = [
  'CREATE TABLE customers (id INTEGER PRIMARY KEY, family_name VARCHAR(40))',
  'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount NUMERIC(10,2), placed_at TIMESTAMP)'
] as const;
const FILLED = [
  "INSERT INTO customers SELECT n, 'Name ' || n FROM generate_series(1, 20) n",
  "INSERT INTO orders SELECT n, n % 20 + 1, n / 2.0, TIMESTAMP '2026-01-01' + n * INTERVAL '1 hour' FROM generate_series(1, 250) n",
  'CREATE SCHEMA archive',
  'CREATE TABLE archive.orders_2019 (id INTEGER, note TEXT)',
  "INSERT INTO archive.orders_2019 VALUES (7, 'kept')"
] as const;

function cell(page: IJupyterLabPageFixture, index: number): Locator {
  return page.locator('.jp-Notebook .jp-Cell').nth(index);
}

/** Add a cell at the end with a text, and leave the cursor in it. */
async function addCell(
  page: IJupyterLabPageFixture,
  index: number,
  text: string
): Promise<Locator> {
  await page.notebook.addCell('code', '');
  await cell(page, index).locator('.cm-content').click();
  await page.keyboard.insertText(text);
  return cell(page, index);
}

test.describe('A database of PostgreSQL', () => {
  // Galata's stand-in for the API of kernels cannot pass an interrupt on; sessions, which it ends, end the kernels.
  test.use({ kernels: null });

  let server: IServer;
  let name: string;

  test.beforeEach(({ tmpPath }) => {
    server = serverOf('PostgreSQL');
    name = nameOf(tmpPath);
    ask('PostgreSQL', server, 'postgres', `CREATE DATABASE ${name}`);
    ask('PostgreSQL', server, name, ...SHOP, ...FILLED);
  });

  test.afterEach(() => {
    if (name) {
      const drop = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;
      ask('PostgreSQL', server, 'postgres', drop);
    }
  });

  /** Add the connection by its form, as a person does. */
  async function connect(
    page: IJupyterLabPageFixture,
    tmpPath: string
  ): Promise<Locator> {
    const panel = await openConnections(page, `Data ${tmpPath}`);
    const form = await fillConnection(panel, 'PostgreSQL', {
      Name: name,
      Host: server.host,
      Port: '1',
      Database: name,
      User: server.user,
      'Password or token': server.password || 'no password is asked for'
    });
    await form.getByRole('button', { name: 'Test' }).click();
    await expect(form.getByRole('status')).toContainText('does not answer');
    await form.getByLabel('Port (optional)').fill(server.port);
    await form.getByRole('button', { name: 'Test' }).click();
    await expect(form.getByRole('status')).toHaveText('Connected: 2 tables.');
    await form.getByRole('button', { name: 'Add' }).click();
    const tree = panel.getByRole('tree', { name: 'Connections' });
    await expect(tree.getByRole('treeitem', { name })).toBeFocused();
    return tree;
  }

  test('is browsed by schema, table and column, and a table is put into the notebook', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'n.ipynb', [{ id: 'a', source: '' }]);
    const tree = await connect(page, tmpPath);
    const item = (text: string | RegExp): Locator =>
      tree.getByRole('treeitem', { name: text });
    await expect(item(/^archive/)).toHaveAttribute('aria-level', '2');
    await page.keyboard.press('ArrowDown');
    await expect(item(/^archive/)).toBeFocused();
    await item(/^orders/).focus();
    await page.keyboard.press('ArrowRight');
    await expect(item('amount numeric(10,2)')).toBeVisible();
    await expect(item('placed_at timestamp')).toBeVisible();
    await item(/^archive/).click();
    await item(/^orders_2019/).click();
    await expect(item('note text')).toHaveAttribute('aria-level', '4');
    await page.screenshot({ path: 'test-results/databases-tree.png' });

    await item(/^orders(?!_)/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Preview 100 Rows' }).click();
    const preview = page.locator('.sept-Preview');
    await expect(preview).toContainText('The first 100 rows.');
    await expect(preview.locator('tbody tr')).toHaveCount(100);
    await page.screenshot({ path: 'test-results/databases-preview.png' });

    await page.notebook.activate('n.ipynb');
    await item(/^orders_2019/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Insert SELECT' }).click();
    await expect(cell(page, 0)).toContainText('FROM archive.orders_2019');
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date' });
    await expect(cell(page, 0).locator('table')).toContainText('kept');
  });

  test('is asked by cells that complete its columns, chain, are interrupted, and say where they are wrong', async ({
    page,
    tmpPath
  }) => {
    test.slow();
    await openNotebook(page, tmpPath, 'n.ipynb', [{ id: 'a', source: '' }]);
    await connect(page, tmpPath);
    const magic = `--connection ${name}\n`;

    // A column of the table is completed in the text.
    await cell(page, 0).locator('.cm-content').click();
    await page.keyboard.insertText(
      `%%sql big << ${magic}SELECT o.id, o. FROM orders o WHERE o.id > 200`
    );
    const after = ' FROM orders o WHERE o.id > 200'.length;
    for (let step = 0; step < after; step++) {
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('Tab');
    const completer = page.locator('.jp-Completer');
    await completer.getByText('amount').click();
    await expect(cell(page, 0)).toContainText('SELECT o.id, o.amount FROM');
    await page.screenshot({ path: 'test-results/databases-complete.png' });

    // So are those of a table of another schema, which nobody opened in the panel.
    const other = await addCell(
      page,
      1,
      `%%sql ${magic}SELECT * FROM archive.orders_2019 a WHERE a.`
    );
    await expect
      .poll(async () => {
        await page.keyboard.press('Tab');
        await page.waitForTimeout(300);
        return completer.getByText('note').isVisible();
      })
      .toBe(true);
    await completer.getByText('note').click();
    await expect(other).toContainText('WHERE a.note');
    await page.keyboard.press('Escape');
    await command(page, 'notebook:delete-cell');

    // A second cell over its result runs in the database, as one statement.
    const chained = await addCell(
      page,
      1,
      `%%sql ${magic}SELECT count(*) AS n, sum(amount) AS total FROM big`
    );
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date', 1: 'up to date' });
    await expect(chained.locator('table')).toContainText('5637.50');
    await expect(chained.locator('.sept-result')).toContainText(
      'one statement with big'
    );
    await page.screenshot({ path: 'test-results/databases-chain.png' });

    // An interrupt ends the query in the database, and the cell.
    const running = (): number =>
      ask(
        'PostgreSQL',
        server,
        name,
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
      ).length;
    const sleeping = await addCell(
      page,
      2,
      `%%sql ${magic}SELECT pg_sleep(60)`
    );
    const finished = command(page, 'notebook:run-cell');
    await expect(badgeOf(page, 2)).toHaveAccessibleName(/^Cell 3, running/);
    await expect.poll(running).toBe(1);
    await command(page, 'notebook:interrupt-kernel');
    await finished;
    await expect(badgeOf(page, 2)).toHaveAccessibleName(/^Cell 3, error/);
    await expect.poll(running).toBe(0);
    await expect(sleeping.locator('.jp-InputPrompt')).not.toHaveText('[*]:');
    await expect(sleeping.locator('.jp-OutputArea-output')).toHaveText(
      'KeyboardInterrupt: The query was interrupted.'
    );

    // The session goes on, and an error is marked in the text it is about.
    const wrong = await addCell(
      page,
      3,
      `%%sql ${magic}SELECT amonut\nFROM orders`
    );
    await command(page, 'notebook:run-cell');
    const output = wrong.locator('.jp-OutputArea-output');
    await expect(output).toContainText("There is no column 'amonut'.");
    await expect(output).toContainText(/line 2: SELECT amonut\n {15}\^{6}\n/);
    await expect(output).toContainText('Did you mean amount?');
    await page.screenshot({ path: 'test-results/databases-error.png' });
  });
});

test('A database of MariaDB is connected, browsed and asked', async ({
  page,
  tmpPath
}) => {
  const server = serverOf('MariaDB');
  const name = nameOf(tmpPath);
  const insert = "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')";
  ask('MariaDB', server, 'test', `CREATE DATABASE ${name}`);
  ask('MariaDB', server, name, ...SHOP, insert);
  try {
    await openNotebook(page, tmpPath, 'n.ipynb', [{ id: 'a', source: '' }]);
    const panel = await openConnections(page, `Data ${tmpPath}`);
    const form = await fillConnection(panel, 'MySQL / MariaDB', {
      Name: name,
      Host: server.host,
      Port: server.port,
      Database: name,
      User: server.user,
      'Password or token': 'wrong-hunter2'
    });
    await form.getByRole('button', { name: 'Test' }).click();
    await expect(form.getByRole('status')).toContainText('Access denied');
    await expect(form.getByRole('status')).not.toContainText('hunter2');
    await form.getByLabel('Password or token').fill(server.password);
    await form.getByRole('button', { name: 'Add' }).click();
    const tree = panel.getByRole('tree', { name: 'Connections' });
    const item = (text: string | RegExp): Locator =>
      tree.getByRole('treeitem', { name: text });
    await expect(item(/^test schema/)).toBeVisible();
    await item(/^customers/).click();
    await expect(item('family_name varchar(40)')).toBeVisible();
    await item(/^customers/).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Insert SELECT' }).click();
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date' });
    await expect(cell(page, 0).locator('table')).toContainText('Grace');
  } finally {
    ask('MariaDB', server, 'test', `DROP DATABASE ${name}`);
  }
});
