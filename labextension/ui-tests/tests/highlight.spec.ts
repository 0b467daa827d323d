import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';

import { badgeOf, openNotebook } from '../support/notebook';

/** The texts that are lit, as the browser's registry of highlights has them. */
const litTexts = (page: IJupyterLabPageFixture): Promise<string[]> =>
  page.evaluate(() =>
    [...(CSS.highlights.get('sept-name') ?? [])].map(range => {
      const live = document.createRange();
      live.setStart(range.startContainer, range.startOffset);
      live.setEnd(range.endContainer, range.endOffset);
      return live.toString();
    })
  );

const LONG = 'a_name_that_is_much_longer_than_anybody_would_like_to_read';

test.describe('Names in a badge row', () => {
  test.beforeEach(async ({ page, tmpPath }) => {
    await openNotebook(page, tmpPath, 'names.ipynb', [
      { id: 'a', source: 'orders = [3, 1, 2]' },
      { id: 'b', source: 'smile = "😀👍", orders\ntotal = sum(orders)' },
      { id: 'c', source: `${LONG} = 1` }
    ]);
  });

  test('light up where they stand, behind emoji too', async ({ page }) => {
    const name = badgeOf(page, 1).locator('[data-sept-name="orders"]');
    await name.hover();
    await expect.poll(() => litTexts(page)).toEqual(['orders', 'orders']);
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(0)).toHaveClass(
      /sept-mod-related/
    );
    await page.mouse.move(0, 0);
    await expect.poll(() => litTexts(page)).toEqual([]);
  });

  test('light up under the keyboard too', async ({ page }) => {
    await page.notebook.selectCells(1);
    await page.keyboard.press('Alt+Shift+B');
    const row = badgeOf(page, 1);
    await expect(row.locator('[data-sept-name="orders"]')).toBeFocused();
    await expect.poll(() => litTexts(page)).toEqual(['orders', 'orders']);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => litTexts(page)).toEqual(['smile']);
    await page.keyboard.press('Escape');
    await expect.poll(() => litTexts(page)).toEqual([]);
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(1)).toHaveClass(
      /jp-mod-active/
    );
  });

  test('are cut when they are long', async ({ page }) => {
    const name = badgeOf(page, 2).locator('.sept-BadgeRow-name');
    await expect(name).toHaveText(LONG);
    const box = await name.boundingBox();
    expect(box?.width).toBeLessThan(200);
    await badgeOf(page, 2).hover();
    await expect(
      badgeOf(page, 2).getByRole('button', { name: 'Run with upstream' })
    ).toBeVisible();
  });
});
