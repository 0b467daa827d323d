import { expect, test } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import { notebookFile } from '../support/notebook';
import { share, submit, threadOf } from '../support/team';

async function choose(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole('menuitem', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('stale cells, comments and the workspace work in Notebook 7', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/seven.ipynb`;
  await page.contents.uploadContent(
    notebookFile([
      { id: 'a', source: 'a = 1' },
      { id: 'b', source: 'print(a)' },
      { id: 'c', source: 'print("alone")' }
    ]),
    'text',
    path
  );
  const seven = await page.context().newPage();
  await seven.goto(`notebooks/${path}`);
  const rows = seven.locator('.jp-Notebook .jp-Cell .sept-BadgeRow');
  await expect(rows.first()).toHaveAccessibleName(/^Cell 1, not run/);
  await choose(seven, 'Run', 'Run All Cells in Dependency Order');
  await expect(rows.nth(2)).toHaveAccessibleName(/^Cell 3, up to date/);

  await seven.locator('.jp-Cell .cm-content').first().click();
  await seven.keyboard.press('Control+End');
  await seven.keyboard.insertText(' + 1');
  const button = seven.getByRole('button', { name: /^Run stale/ });
  await expect(button).toHaveText(/Run stale\s*2/);
  await expect(rows.nth(2)).toHaveAccessibleName(/^Cell 3, up to date/);
  await button.click();
  await expect(rows.nth(1)).toHaveAccessibleName(/^Cell 2, up to date/);
  await expect(seven.locator('.jp-OutputArea-output').first()).toHaveText('2');

  await seven.locator('.jp-Cell .cm-content').first().click();
  await choose(seven, 'View', 'Show Comments');
  const comments = seven.locator('#sept-comments');
  await share(comments);
  await submit(comments, 'Comment on this cell', 'Seven too', 'Comment');
  await expect(threadOf(comments, 'Seven too')).toBeVisible();
  await expect(rows.first()).toHaveAccessibleName(/, 1 comment$/);

  await choose(seven, 'View', 'Show Workspace');
  await expect(
    seven
      .getByRole('region', { name: 'Workspace' })
      .getByRole('button', { name: `seven, ${path}` })
  ).toBeVisible();
});
