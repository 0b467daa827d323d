import { expect, test } from '@jupyterlab/galata';

import { badgeOf, command, openNotebook } from '../support/notebook';
import { OwnServer } from '../support/server';
import {
  openSection,
  reload,
  secondTab,
  share,
  submit,
  threadOf
} from '../support/team';

const server = new OwnServer(30);

// Galata's own copies of the runners’ APIs fail for good when the server goes away.
test.use({
  baseURL: server.url,
  kernels: null,
  sessions: null,
  terminals: null
});
test.beforeAll(() => server.startAfresh());
test.afterAll(() => server.stop());

test('what the team wrote survives a reload, a new name of the notebook and a restart of the server', async ({
  page,
  tmpPath
}) => {
  test.slow();
  await openNotebook(page, tmpPath, 'before.ipynb', [
    { id: 'a', source: 'a = 1' },
    { id: 'b', source: 'print(a)' }
  ]);
  await page.notebook.selectCells(0);
  const comments = await openSection(page, 'comments');
  await share(comments);
  await submit(comments, 'Comment on this cell', 'Keep me', 'Comment');
  await expect(threadOf(comments, 'Keep me')).toBeVisible();
  const versions = await openSection(page, 'versions');
  await submit(versions, 'Name of the new version', 'Kept', 'Save version');
  await expect(versions.getByRole('listitem')).toHaveText(/Kept/);

  await test.step('a reload', async () => {
    await reload(page);
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 1 comment$/);
  });

  await test.step('a new name, with the notebook open', async () => {
    await page.evaluate(
      async ([from, to]) => {
        await window.jupyterapp.serviceManager.contents.rename(from, to);
      },
      [`${tmpPath}/before.ipynb`, `${tmpPath}/after.ipynb`] as const
    );
    await expect(
      page.locator('.jp-NotebookPanel').getByText('Share this notebook')
    ).toHaveCount(0);
    await command(page, 'sept:show-workspace');
    await expect(
      page
        .getByRole('region', { name: 'Workspace' })
        .getByText(`${tmpPath}/after.ipynb`)
    ).toBeVisible();
    const section = await openSection(page, 'comments');
    await expect(threadOf(section, 'Keep me')).toBeVisible();
    await submit(section, 'Comment on the notebook', 'New name', 'Comment');
    await expect(threadOf(section, 'New name')).toBeVisible();
  });

  await test.step('the server away, and back', async () => {
    await server.stop();
    await expect(page.getByText('Sept: no answer, trying again')).toBeVisible();
    const section = page.locator('#sept-comments');
    await expect(threadOf(section, 'Keep me')).toBeVisible();
    await server.start();
    await expect(page.getByText('Sept: no answer, trying again')).toBeHidden({
      timeout: 60_000
    });
    await expect(threadOf(section, 'New name')).toBeVisible();
  });

  await test.step('a new page', async () => {
    const fresh = await secondTab(page, `${tmpPath}/after.ipynb`);
    const section = await openSection(fresh, 'comments');
    await expect(threadOf(section, 'Keep me')).toBeVisible();
    await expect(threadOf(section, 'New name')).toBeVisible();
    await expect(
      fresh.locator('.jp-Notebook .sept-BadgeRow').first()
    ).toHaveAccessibleName(/, 1 comment$/);
    const history = await openSection(fresh, 'versions');
    await expect(history.getByRole('listitem')).toHaveText(/Kept/);
    await history.getByRole('button', { name: 'Restore Kept' }).click();
    await fresh
      .getByRole('dialog')
      .getByRole('button', { name: 'Restore' })
      .click();
    await expect(history.getByRole('listitem')).toHaveCount(3);
    await fresh.close();
  });
});
