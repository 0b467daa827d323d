import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { command, openNotebook } from '../support/notebook';

async function colourOf(cell: Locator, word: string): Promise<string> {
  const span = cell.locator('.cm-line span', { hasText: word }).last();
  return span.evaluate(node => getComputedStyle(node).color);
}

/** The text of a cell, as the model has it. */
async function sourceOf(
  page: IJupyterLabPageFixture,
  index: number
): Promise<string> {
  const lines = page
    .locator('.jp-Notebook .jp-Cell')
    .nth(index)
    .locator('.cm-line');
  return (await lines.allTextContents()).join('\n');
}

test.describe('The SQL editor', () => {
  test('shows a cell as SQL from the key on that makes it so, and as Python when the magic goes', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'sql.ipynb', [
      { id: 'ask', source: '%%sql\nSELECT id FROM orders -- all\n' },
      { id: 'other', source: 'def f(): return 1' }
    ]);
    const cell = page.locator('.jp-Notebook .jp-Cell').nth(0);
    await expect(cell.locator('.sept-SqlMagic')).toHaveText('%%sql');
    const keyword = await colourOf(
      page.locator('.jp-Notebook .jp-Cell').nth(1),
      'def'
    );
    await expect.poll(() => colourOf(cell, 'SELECT')).toBe(keyword);
    await page.screenshot({ path: 'test-results/sql-light.png' });

    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('#');
    await expect(cell.locator('.sept-SqlMagic')).toHaveCount(0);
    await expect(
      cell.locator('.cm-line span', { hasText: /^SELECT$/ })
    ).toHaveCount(0);
    await page.keyboard.press('Backspace');
    // One frame after the key.
    const isSql = await page.evaluate(
      () =>
        new Promise<boolean>(resolve => {
          requestAnimationFrame(() =>
            resolve(
              [...document.querySelectorAll('.jp-Notebook .cm-line span')].some(
                span => span.textContent === 'SELECT'
              )
            )
          );
        })
    );
    expect(isSql).toBe(true);
  });

  test('lays SQL out and converts it, in one step that can be undone, or says where it cannot be read', async ({
    page,
    tmpPath
  }) => {
    const before = '%%sql\nselect a::int as b from t where d > :lo -- new';
    await openNotebook(page, tmpPath, 'sql.ipynb', [
      { id: 'ask', source: before },
      { id: 'wrong', source: '%%sql\nselect *\nform t' }
    ]);
    const cell = page.locator('.jp-Notebook .jp-Cell').nth(0);
    await cell.locator('.cm-content').click();
    await command(page, 'sept:format-sql');
    const formatted =
      '%%sql\nSELECT\n  CAST(a AS INT) AS b\nFROM t\nWHERE\n  d > :lo /* new */';
    await expect.poll(() => sourceOf(page, 0)).toBe(formatted);
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+z');
    await expect.poll(() => sourceOf(page, 0)).toBe(before);

    const converting = command(page, 'sept:convert-sql');
    const dialog = page.getByRole('dialog');
    await dialog.locator('select').selectOption('BigQuery');
    await dialog.getByRole('button', { name: 'Convert' }).click();
    await converting;
    await expect.poll(() => sourceOf(page, 0)).toContain('CAST(a AS INT64)');

    const wrong = page.locator('.jp-Notebook .jp-Cell').nth(1);
    await wrong.locator('.cm-content').click();
    await command(page, 'sept:format-sql');
    await expect(page.locator('.Toastify__toast')).toContainText('line 3');
    expect(await sourceOf(page, 1)).toBe('%%sql\nselect *\nform t');
  });

  test('completes keywords and names of cells above, without the kernel', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'sql.ipynb', [
      { id: 'busy', source: 'import time\ntime.sleep(20)' },
      { id: 'frame', source: 'orders_frame = 1' },
      { id: 'ask', source: '%%sql\nSELECT * FROM ord' }
    ]);
    const cells = page.locator('.jp-Notebook .jp-Cell');
    await cells.nth(0).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await cells.nth(2).locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await command(page, 'completer:invoke-notebook');
    const completer = page.locator('.jp-Completer');
    await expect(completer.getByText('orders_frame')).toBeVisible();
    const durations = await page.evaluate(() =>
      performance
        .getEntriesByName('sept-sql-completion')
        .map(({ duration }) => duration)
    );
    expect(durations).toHaveLength(1);
    expect(durations[0]).toBeLessThan(50);
    // The kernel was busy all the time: nothing waited for it.
    await expect(cells.nth(0).locator('.jp-InputPrompt')).toHaveText('[*]:');
    await completer.getByText('orders_frame').click();
    await expect.poll(() => sourceOf(page, 2)).toContain('FROM orders_frame');
  });
});
