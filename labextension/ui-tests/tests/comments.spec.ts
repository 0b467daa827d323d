import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { badgeOf, openNotebook } from '../support/notebook';
import {
  openSection,
  reload,
  secondTab,
  share,
  submit,
  threadOf
} from '../support/team';

const CELLS = [
  { id: 'load', source: 'orders = [3, 1, 2]' },
  { id: 'sort', source: 'ranked = sorted(orders)' },
  { id: 'note', type: 'markdown', source: 'A note' }
] as const;

/** The server's bound, in characters. */
const MAX_COMMENT = 16_384;

const onCell = 'Comment on this cell';
const onNotebook = 'Comment on the notebook';

/** Open the notebook, its first cell active, and share it from the section "Comments". */
async function openShared(
  page: IJupyterLabPageFixture,
  folder: string
): Promise<Locator> {
  await openNotebook(page, folder, 'talk.ipynb', CELLS);
  await page.notebook.selectCells(0);
  const section = await openSection(page, 'comments');
  await share(section);
  return section;
}

/** Press a thread's or comment's button; a comment's are shown when the pointer is over it. */
async function press(
  section: Locator,
  text: string,
  name: string
): Promise<void> {
  const thread = threadOf(section, text);
  await thread.locator('.sept-Comment').filter({ hasText: text }).hover();
  await thread
    .locator('.sept-Comment')
    .filter({ hasText: text })
    .getByRole('button', { name, exact: true })
    .click();
}

test.describe('Comments', () => {
  test('begin with sharing the notebook, which says what it does', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'talk.ipynb', CELLS);
    const section = await openSection(page, 'comments');
    await expect(section).toContainText('Talk about cells where they are.');
    await expect(section.getByRole('textbox')).toHaveCount(0);
    await share(section);
    await expect(section.getByRole('heading')).toHaveText([
      'This cell',
      'The notebook'
    ]);
    const file = await page.evaluate(
      async path =>
        (await window.jupyterapp.serviceManager.contents.get(path)).content,
      `${tmpPath}/talk.ipynb`
    );
    expect(file.metadata.sept.notebook).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('stand on a cell and on the notebook, and count on the badge', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await submit(section, onCell, 'Why three orders?', 'Comment');
    const thread = threadOf(section, 'Why three orders?');
    await expect(thread.getByRole('time')).toHaveText('now');
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 1 comment$/);

    await thread.getByRole('button', { name: 'Reply' }).click();
    await submit(thread, 'Reply', 'It is a **sample**.', 'Reply');
    await expect(thread.locator('strong')).toHaveText('sample');
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 2 comments$/);
    await expect(badgeOf(page, 0).getByText('2 comments')).toBeVisible();

    await submit(section, onNotebook, 'Ready for review', 'Comment');
    await expect(threadOf(section, 'Ready for review')).toBeVisible();
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 2 comments$/);

    await page.notebook.selectCells(1);
    await expect(
      section.getByRole('heading', { name: 'Other cells' })
    ).toBeVisible();
    await section.getByRole('button', { name: 'orders = [3, 1, 2]' }).click();
    await expect(page.locator('.jp-Notebook .jp-Cell').first()).toHaveClass(
      /jp-mod-active/
    );

    await expect(badgeOf(page, 2)).toHaveCount(0);
    await page.notebook.selectCells(2);
    await submit(section, onCell, 'Say more here', 'Comment');
    await expect(badgeOf(page, 2).getByText('1 comment')).toBeVisible();
  });

  test('are edited, deleted, resolved and reopened', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await submit(section, onCell, 'First wording', 'Comment');
    await press(section, 'First wording', 'Edit');
    const field = section.getByRole('textbox', { name: 'Edit comment' });
    await expect(field).toHaveValue('First wording');
    await field.fill('Second wording');
    await section.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(threadOf(section, 'Second wording')).toContainText('edited');
    await expect(section).not.toContainText('First wording');

    await press(section, 'Second wording', 'Delete');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Delete this thread?');
    await expect(dialog).toContainText('“Second wording”');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(threadOf(section, 'Second wording')).toBeVisible();

    await press(section, 'Second wording', 'Delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(threadOf(section, 'Second wording')).toHaveCount(0);
    await expect(badgeOf(page, 0)).not.toHaveAccessibleName(/comment/);

    await submit(section, onCell, 'Done yet?', 'Comment');
    const thread = threadOf(section, 'Done yet?');
    await thread.getByRole('button', { name: 'Resolve' }).click();
    const folded = thread.getByRole('button', { name: 'Resolved: Done yet?' });
    await expect(folded).toBeVisible();
    await expect(badgeOf(page, 0)).not.toHaveAccessibleName(/comment/);

    await folded.click();
    await thread.getByRole('button', { name: 'Reopen' }).click();
    await expect(thread.getByRole('button', { name: 'Resolve' })).toBeVisible();
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 1 comment$/);
  });

  test('execute nothing that is written in them', async ({ page, tmpPath }) => {
    const section = await openShared(page, tmpPath);
    const attacks = [
      '<script>window.attacked = 1</script>',
      '<img src="nowhere.png" onerror="window.attacked = 2">',
      '[press me](javascript:window.attacked=3)',
      '<a href="javascript:window.attacked=4">or me</a>',
      '<svg onload="window.attacked = 5"></svg>',
      '<iframe srcdoc="<script>parent.attacked = 6</script>"></iframe>',
      '<b onmouseover="window.attacked = 7">over me</b>'
    ];
    await submit(
      section,
      onCell,
      ['Hello', ...attacks].join('\n\n'),
      'Comment'
    );
    const thread = threadOf(section, 'Hello');
    await thread.getByText('press me').click();
    await thread.getByText('or me').click();
    await thread.getByText('over me').hover();
    await expect(thread.locator('script, iframe')).toHaveCount(0);
    await expect(
      thread.locator('[onerror], [onload], [onmouseover], [href^="javascript"]')
    ).toHaveCount(0);
    expect(
      await page.evaluate(() => (window as { attacked?: number }).attacked)
    ).toBeUndefined();
    // The quote of the cell and the folded line are text, not Markdown.
    await thread.getByRole('button', { name: 'Resolve' }).click();
    await expect(thread).toContainText('Resolved: Hello');
    expect(
      await page.evaluate(() => (window as { attacked?: number }).attacked)
    ).toBeUndefined();
  });

  test('that are empty, too long or not received are refused, and the text stays', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    const field = section.getByRole('textbox', { name: onCell });
    const button = section.getByRole('button', {
      name: 'Comment',
      exact: true
    });
    await field.fill('  \n ');
    await expect(button).toBeDisabled();
    await field.press('Control+Enter');
    await expect(section.locator('.sept-Thread')).toHaveCount(0);

    await field.fill('A draft');
    await page.notebook.selectCells(1);
    await expect(field).toHaveValue('');
    await page.notebook.selectCells(0);
    await expect(field).toHaveValue('A draft');

    const text = 'x'.repeat(MAX_COMMENT + 1);
    await field.fill(text);
    await expect(section).toContainText('1 character too long');
    await expect(button).toBeDisabled();
    await field.press('Control+Enter');
    await expect(field).toHaveValue(text);
    await expect(section.locator('.sept-Thread')).toHaveCount(0);

    await field.press('Control+End');
    await field.press('Backspace');
    await button.click();
    await expect(field).toHaveValue('');
    await expect(section.locator('.sept-Thread')).toHaveCount(1);

    await page.route(/\/sept\/graphql/, route => route.abort());
    await submit(section, onCell, 'Sent into the void', 'Comment');
    await expect(section.getByRole('alert')).toContainText(
      'The server does not answer. Cells run and save as before.'
    );
    await expect(field).toHaveValue('Sent into the void');

    await page.unroute(/\/sept\/graphql/);
    await button.click();
    await expect(threadOf(section, 'Sent into the void')).toHaveCount(1);
    await expect(section.getByRole('alert')).toHaveCount(0);
    await expect(field).toHaveValue('');
  });

  test('are written by the keyboard, survive a reload, and arrive in another tab without one', async ({
    page,
    tmpPath
  }) => {
    const section = await openShared(page, tmpPath);
    await page.notebook.selectCells(1);
    await page.keyboard.press('Alt+Shift+C');
    await expect(section.getByRole('textbox', { name: onCell })).toBeFocused();
    await page.keyboard.type('No mouse here');
    await page.keyboard.press('Control+Enter');
    await expect(threadOf(section, 'No mouse here')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(1)).toHaveClass(
      /jp-mod-active/
    );
    expect(
      await page.evaluate(() =>
        Boolean(document.activeElement?.closest('.jp-Notebook'))
      )
    ).toBe(true);

    await page.notebook.selectCells(0);
    await submit(section, onCell, 'Here before', 'Comment');
    await expect(threadOf(section, 'Here before')).toBeVisible();

    const second = await secondTab(page, `${tmpPath}/talk.ipynb`);
    const there = await openSection(second, 'comments');
    await expect(there).toContainText('Here before');
    await submit(section, onNotebook, 'Here since', 'Comment');
    await expect(threadOf(there, 'Here since')).toBeVisible();
    await submit(there, onNotebook, 'And back', 'Comment');
    await expect(threadOf(section, 'And back')).toBeVisible();
    await second.close();

    await reload(page);
    const again = await openSection(page, 'comments');
    await expect(threadOf(again, 'Here since')).toBeVisible();
    await expect(badgeOf(page, 0)).toHaveAccessibleName(/, 1 comment$/);
  });
});
