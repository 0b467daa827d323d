import { expect, test } from '@jupyterlab/galata';

import {
  command,
  expectStates,
  notebookFile,
  openNotebook,
  typeInto
} from '../support/notebook';

const CELLS = [
  { id: 'a', source: 'a = 1' },
  { id: 'b', source: 'print(a)' }
] as const;

test.describe('When the Sept server does not answer', () => {
  test('badges keep their last state, and everything recovers by itself', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'away.ipynb', CELLS);
    await page.notebook.run();
    await expectStates(page, { 0: 'up to date', 1: 'up to date' });

    await page.route(/\/sept\/graphql/, route => route.abort());
    await typeInto(page, 0, ' + 1');
    await expect(page.getByText('Sept: no answer, trying again')).toBeVisible();
    await expectStates(page, { 0: 'up to date', 1: 'up to date' });
    await expect(
      page.getByRole('button', { name: /^Run stale/ })
    ).toBeDisabled();

    await page.unroute(/\/sept\/graphql/);
    await expectStates(page, { 0: 'stale', 1: 'stale' });
    await expect(page.getByText('Sept: no answer, trying again')).toBeHidden();
  });

  test('a notebook opens and runs as ever', async ({ page, tmpPath }) => {
    await page.route(/\/sept\/graphql/, route =>
      route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' })
    );
    const path = `${tmpPath}/plain.ipynb`;
    await page.contents.uploadContent(
      notebookFile([{ id: 'a', source: 'print(6 * 7)' }]),
      'text',
      path
    );
    await page.notebook.openByPath(path);
    await page.notebook.activate('plain.ipynb');
    await page.notebook.run();
    expect(await page.notebook.getCellTextOutput(0)).toEqual(['42\n']);
    await command(page, 'sept:show-dependencies');
    await expect(page.locator('#sept-dependencies')).toContainText(
      'The Sept server does not answer. Cells run as usual'
    );
  });
});

test('a second tab on the notebook shows what a run in the first did', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, 'shared.ipynb', CELLS);
  await page.notebook.save();
  const second = await page.context().newPage();
  await second.goto(`doc/tree/${tmpPath}/shared.ipynb`);
  const row = second.locator('.jp-Notebook .jp-Cell .sept-BadgeRow').first();
  await expect(row).toHaveAttribute('aria-label', /^Cell 1, not run/);
  await page.notebook.run();
  await expectStates(page, { 0: 'up to date', 1: 'up to date' });
  await expect(row).toHaveAttribute('aria-label', /^Cell 1, up to date/);
  await second.close();
});

test('states survive a reload of the page', async ({ page, tmpPath }) => {
  await openNotebook(page, tmpPath, 'reload.ipynb', CELLS);
  await page.notebook.run();
  await expectStates(page, { 0: 'up to date', 1: 'up to date' });
  await page.notebook.save();
  const again = await page.context().newPage();
  await page.close();
  await again.goto(`doc/tree/${tmpPath}/reload.ipynb`);
  await expect(
    again.locator('.jp-Notebook .jp-Cell .sept-BadgeRow').nth(1)
  ).toHaveAttribute('aria-label', /^Cell 2, up to date/);
});
