import { join } from 'node:path';

import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';

import { badge, command, expectStates } from '../support/notebook';
import { ROOT, runPython } from '../support/server';
import { openSection, share, submit } from '../support/team';

const PREPARE =
  'import sys; from pathlib import Path; from sept_ext.cli.demo import prepare; prepare(Path(sys.argv[1]))';

/** Where the cells of shop.ipynb stand in it. */
const AT = { threshold: 5, strong: 6, share: 7, slow: 8, chart: 12 } as const;
const CODE_CELLS = 9;

async function setThreshold(
  page: IJupyterLabPageFixture,
  value: string
): Promise<void> {
  const cell = page.locator('.jp-Notebook .jp-Cell').nth(AT.threshold);
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(`threshold = ${value}`);
}

async function expectAllUpToDate(page: IJupyterLabPageFixture): Promise<void> {
  await expect(badge(page, 'up to date')).toHaveCount(CODE_CELLS, {
    timeout: 60_000
  });
}

test.describe('The demo', () => {
  test.use({ viewport: { width: 1280, height: 800 } });

  test('runs what an edit touches, and not the slow cell', async ({
    page,
    tmpPath
  }) => {
    test.slow();
    runPython(PREPARE, [join(ROOT, tmpPath)]);
    await page.notebook.openByPath(`${tmpPath}/shop.ipynb`);
    await page.notebook.activate('shop.ipynb');
    await badge(page, 'not run').first().waitFor();
    await command(page, 'sept:run-all');
    await expectAllUpToDate(page);
    const cells = page.locator('.jp-Notebook .jp-Cell');
    await expect(cells.nth(AT.share)).toContainText(
      'of all category months earned 45,000 or more'
    );
    await expect(
      cells.nth(AT.chart).locator('canvas, svg.marks')
    ).toBeVisible();
    const slowPrompt = cells.nth(AT.slow).locator('.jp-InputPrompt');
    const slowCount = await slowPrompt.textContent();

    await setThreshold(page, '60_000');
    await expectStates(page, {
      [AT.threshold]: 'stale',
      [AT.strong]: 'stale',
      [AT.share]: 'stale',
      [AT.slow]: 'up to date'
    });
    const button = page.getByRole('button', { name: /^Run stale/ });
    await expect(button).toHaveText(/Run stale\s*3/);
    if (process.env.SEPT_SCREENSHOT) {
      await takeScreenshot(page);
    }
    await button.click();
    await expectAllUpToDate(page);
    await expect(cells.nth(AT.share)).toContainText(
      'of all category months earned 60,000 or more'
    );
    await expect(slowPrompt).toHaveText(slowCount ?? '');
    await expect(button).toBeDisabled();
  });
});

/**
 * The README's picture: cells that are stale, why, and what the team says about it.
 *
 * `LOGNAME=Ada SEPT_SCREENSHOT=1 jlpm ui-test tests/demo.spec.ts` makes it anew; the name is that of the author.
 */
async function takeScreenshot(page: IJupyterLabPageFixture): Promise<void> {
  await page.sidebar.close('left');
  const launcher = page.locator('.lm-TabBar-tab', { hasText: 'Launcher' });
  if (await launcher.isVisible()) {
    await launcher.locator('.lm-TabBar-tabCloseIcon').click();
  }
  await page.notebook.selectCells(AT.share);
  const section = await openSection(page, 'comments');
  await share(section);
  await submit(
    section,
    'Comment on this cell',
    'Is 45,000 the right bar? Nearly all of it is *Grinders*. I am trying 60,000.',
    'Comment'
  );
  await section.getByRole('button', { name: 'Reply' }).click();
  await submit(
    section.locator('.sept-Thread'),
    'Reply',
    'Good, then `share` is about them alone.',
    'Reply'
  );
  await expect(section.locator('.sept-Comment')).toHaveCount(2);
  await page.getByRole('heading', { name: 'Versions' }).click();
  await widen(page, 70);
  await page
    .getByRole('heading', { name: '2. Change your mind' })
    .evaluate(node => node.scrollIntoView({ block: 'start' }));
  await section.evaluate(node => {
    (document.activeElement as HTMLElement | null)?.blur();
    node.scrollTop = 0;
  });
  await page.mouse.move(700, 10);
  await page.screenshot({
    path: join(__dirname, '../../../docs/screenshot.png')
  });
}

/** Pull the border of the right panel to the left. */
async function widen(page: IJupyterLabPageFixture, by: number): Promise<void> {
  const box = await page.locator('#sept-notebook-panel').boundingBox();
  const x = (box?.x ?? 0) - 2;
  await page.mouse.move(x, 400);
  await page.mouse.down();
  await page.mouse.move(x - by, 400, { steps: 4 });
  await page.mouse.up();
}
