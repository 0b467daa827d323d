import { expect, test } from '@jupyterlab/galata';

import { notebookFile } from '../support/notebook';

/** Thrown by Notebook 7.6 itself, with and without us. */
const KNOWN_ERRORS = [/reading 'schema'/, /filebrowser:open-path/];

test('badges, runs and the panel work in Notebook 7', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/seven.ipynb`;
  await page.contents.uploadContent(
    notebookFile([
      { id: 'a', source: 'a = 1' },
      { id: 'b', source: 'print(a)' }
    ]),
    'text',
    path
  );
  const seven = await page.context().newPage();
  const errors: string[] = [];
  seven.on('pageerror', error => errors.push(error.message));
  await seven.goto(`notebooks/${path}`);

  const rows = seven.locator('.jp-Notebook .jp-Cell .sept-BadgeRow');
  await expect(rows.nth(1)).toHaveAttribute(
    'aria-label',
    'Cell 2, not run, reads a'
  );
  await rows.nth(1).hover();
  await rows.nth(1).getByRole('button', { name: 'Run with upstream' }).click();
  await expect(rows.nth(0)).toHaveAttribute('aria-label', /up to date/);
  await expect(rows.nth(1)).toHaveAttribute('aria-label', /up to date/);
  await expect(seven.locator('.jp-OutputArea-output')).toHaveText('1');

  await rows.nth(1).locator('.sept-BadgeRow-state').click();
  await expect(
    seven.locator('#sept-dependencies').getByRole('list', { name: 'Upstream' })
  ).toBeVisible();
  await rows.nth(1).click({ position: { x: 8, y: 10 } });
  await seven.keyboard.press('Alt+Shift+G');
  await expect(seven.locator('#sept-graph [data-sept-block="b"]')).toHaveClass(
    /sept-mod-selected/
  );
  expect(
    errors.filter(message => !KNOWN_ERRORS.some(known => known.test(message)))
  ).toEqual([]);
});
