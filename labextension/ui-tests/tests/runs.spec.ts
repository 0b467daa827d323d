import { expect, test } from '@jupyterlab/galata';

import {
  badgeOf,
  command,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';

test.describe('Running in dependency order', () => {
  test('a failed cell stops only what depends on it', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'failing.ipynb', [
      { id: 'bad', source: 'a = 1 / 0' },
      { id: 'needs', source: 'b = a + 1' },
      { id: 'good', source: 'c = 2' },
      { id: 'also', source: 'print(c)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, {
      0: 'error',
      1: 'not run',
      2: 'up to date',
      3: 'up to date'
    });
    await expect(
      page.getByText('1 cell that depends on it was skipped.')
    ).toBeVisible();
  });

  test('a cell runs with what it needs, and with nothing else', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'upstream.ipynb', [
      { id: 'a', source: 'a = 1' },
      { id: 'b', source: 'b = 2' },
      { id: 'c', source: 'print(a + 1)' }
    ]);
    await page.notebook.selectCells(2);
    await badgeOf(page, 2).hover();
    await badgeOf(page, 2)
      .getByRole('button', { name: 'Run with upstream' })
      .click();
    await expectStates(page, {
      0: 'up to date',
      1: 'not run',
      2: 'up to date'
    });
    expect(await page.notebook.getCellTextOutput(2)).toEqual(['2\n']);
  });

  test('a cell that does not parse says where, and keeps its names', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'broken.ipynb', [
      { id: 'a', source: 'a = 1' },
      { id: 'b', source: 'print(a)' }
    ]);
    await typeInto(page, 0, ' +');
    await expectStates(page, { 0: 'cannot be analysed' });
    await expect(badgeOf(page, 0)).toHaveAttribute('aria-label', /writes a/);
    await expect(
      badgeOf(page, 0).locator('.sept-BadgeRow-state')
    ).toHaveAttribute('title', /^Line 1, column \d+: /);
  });
});
