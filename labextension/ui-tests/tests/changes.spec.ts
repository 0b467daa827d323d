import { expect, test } from '@jupyterlab/galata';

import {
  badgeOf,
  command,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';

test.describe('What runs show', () => {
  test('a name that no cell writes any more is taken out of the kernel', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'forgets.ipynb', [
      { id: 'a', source: 'a = 1' },
      { id: 'b', source: 'b = 2' },
      { id: 'c', source: 'print(a + b)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 2: 'up to date' });
    await page.notebook.selectCells(0);
    await command(page, 'notebook:delete-cell');
    await expectStates(page, { 0: 'up to date', 1: 'stale' });
    await expect(
      badgeOf(page, 1).locator('.sept-BadgeRow-state')
    ).toHaveAttribute('title', /no cell above writes `a` any more/);
    await page.getByRole('button', { name: /^Run stale/ }).click();
    await expect(
      page.getByRole('status').filter({ hasText: 'takes a out of the kernel' })
    ).toHaveCount(1);
    await expectStates(page, { 0: 'up to date', 1: 'error' });
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(1)).toContainText(
      "NameError: name 'a' is not defined"
    );
  });

  test('a run that leaves the value as it was leaves readers as they are', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'same.ipynb', [
      { id: 'a', source: 'a = 4' },
      { id: 'b', source: 'b = a + 1' },
      { id: 'c', source: 'print(b)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 2: 'up to date' });
    await typeInto(page, 0, ' + 0');
    await expectStates(page, { 0: 'stale', 1: 'stale', 2: 'stale' });
    await page.keyboard.press('Control+Enter');
    await expectStates(page, {
      0: 'up to date',
      1: 'up to date',
      2: 'up to date'
    });
    await expect(page.locator('.jp-Notebook .jp-InputPrompt')).toHaveText([
      '[4]:',
      '[2]:',
      '[3]:'
    ]);
  });

  test('what turns stale only by the runs is run in a second round', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'rounds.ipynb', [
      { id: 'a', source: "get_ipython().user_ns['hid' + 'den'] = 1" },
      { id: 'b', source: 'print(hidden)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 0: 'up to date', 1: 'up to date' });
    await typeInto(page, 0, '0');
    await expectStates(page, { 0: 'stale' });
    await page.getByRole('button', { name: /^Run stale/ }).click();
    await expect(page.locator('.jp-Notebook .jp-InputPrompt')).toHaveText([
      '[3]:',
      '[4]:'
    ]);
    await expectStates(page, { 0: 'up to date', 1: 'up to date' });
    expect(await page.notebook.getCellTextOutput(1)).toEqual(['10\n']);
  });

  test('a dependency that a run refuted is told and drawn as such', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'refuted.ipynb', [
      { id: 'a', source: 'limit = 1' },
      { id: 'b', source: 'if limit > 5:\n    limit = 5' },
      { id: 'c', source: 'print(limit)' }
    ]);
    await command(page, 'sept:run-all');
    await expectStates(page, { 2: 'up to date' });
    await badgeOf(page, 2).locator('.sept-BadgeRow-state').click();
    await expect(
      page
        .locator('#sept-dependencies')
        .getByRole('list', { name: 'Upstream' })
        .getByRole('button')
    ).toContainText([
      /limit seen in a run/,
      /limit not written in the last run/
    ]);
    await command(page, 'sept:show-graph');
    const refuted = page
      .locator('.sept-Graph-edges .sept-Graph-edge.sept-mod-refuted')
      .first();
    await expect(refuted).toHaveAttribute('d', /^M/);
    await expect(refuted).not.toHaveCSS('stroke-dasharray', 'none');
  });
});
