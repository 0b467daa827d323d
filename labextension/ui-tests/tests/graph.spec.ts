import { expect, test, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { command, expectStates, openNotebook } from '../support/notebook';

const CELLS = [
  { id: 'title', type: 'markdown', source: '# Orders' },
  { id: 'load', source: 'orders = [3, 1, 2]' },
  { id: 'rate', source: 'rate = 1.2' },
  { id: 'sort', source: 'ranked = sorted(orders)' },
  { id: 'price', source: 'prices = [rate * order for order in ranked]' },
  { id: 'one', source: 'first = prices[0]' },
  { id: 'two', source: 'second = first + 1' },
  { id: 'three', source: 'print(second)' },
  { id: 'alone', source: 'print("alone")' }
] as const;

async function openGraph(page: IJupyterLabPageFixture): Promise<Locator> {
  await command(page, 'sept:show-graph');
  const panel = page.locator('#sept-graph');
  await expect(panel).toBeVisible();
  await panel.locator('.sept-Graph-node').first().waitFor();
  // Only nodes on the screen are in the page.
  await panel.getByRole('button', { name: 'Show the whole graph' }).click();
  return panel;
}

const nodeOf = (panel: Locator, id: string): Locator =>
  panel.locator(`[data-sept-block="${id}"]`);

test.describe('The dependency graph', () => {
  test.beforeEach(async ({ page, tmpPath }) => {
    await openNotebook(page, tmpPath, 'graph.ipynb', CELLS);
  });

  test('draws each cell with its state, below what it depends on', async ({
    page
  }) => {
    const panel = await openGraph(page);
    await expect(panel.locator('.sept-Graph-node')).toHaveCount(8);
    const load = await nodeOf(panel, 'load').boundingBox();
    const sort = await nodeOf(panel, 'sort').boundingBox();
    expect(sort?.y).toBeGreaterThan(load?.y ?? Infinity);
    await command(page, 'sept:run-all');
    await expectStates(page, { 7: 'up to date' });
    await expect(nodeOf(panel, 'sort')).toHaveClass(/sept-mod-success/);
    await expect(panel.getByRole('option').nth(2)).toHaveAccessibleName(
      /^Cell 4, up to date, ranked = sorted\(orders\), depends on 1, 4 depend on it$/
    );
  });

  test('leads to a cell, and follows the active one', async ({ page }) => {
    const panel = await openGraph(page);
    await nodeOf(panel, 'price').click();
    const cells = page.locator('.jp-Notebook .jp-Cell');
    await expect(cells.nth(4)).toHaveClass(/jp-mod-active/);
    await expect(nodeOf(panel, 'price')).toHaveClass(/sept-mod-selected/);
    await expect(nodeOf(panel, 'load')).toHaveClass(/sept-mod-near/);
    await expect(nodeOf(panel, 'alone')).toHaveClass(/sept-mod-dim/);
    await expect(panel.locator('.sept-Graph-tie')).toHaveText([
      /rate|ranked/,
      /rate|ranked/,
      'prices'
    ]);
    await page.notebook.selectCells(1);
    await expect(nodeOf(panel, 'load')).toHaveClass(/sept-mod-selected/);
    await expect(
      panel.getByRole('option', { selected: true })
    ).toHaveAccessibleName(/^Cell 2,/);
  });

  test('is walked through by the keyboard in its list', async ({ page }) => {
    await page.notebook.selectCells(1);
    await page.keyboard.press('Alt+Shift+G');
    const panel = page.locator('#sept-graph');
    await expect(panel.getByRole('listbox')).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await expect(nodeOf(panel, 'three')).toHaveClass(/sept-mod-selected/);
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-Notebook .jp-Cell').nth(7)).toHaveClass(
      /jp-mod-active/
    );
    expect(
      await page.evaluate(() =>
        Boolean(document.activeElement?.closest('.jp-Notebook'))
      )
    ).toBe(true);
  });

  test('folds chains, hides lone cells, pans and zooms', async ({ page }) => {
    const panel = await openGraph(page);
    await panel.getByRole('button', { name: 'Show each chain' }).click();
    const chain = nodeOf(panel, 'price');
    await expect(chain).toContainText('4 cells');
    await expect(nodeOf(panel, 'two')).toHaveCount(0);
    await chain.click();
    await expect(nodeOf(panel, 'two')).toHaveCount(1);
    await panel
      .getByRole('button', { name: 'Show cells without dependencies' })
      .click();
    await expect(nodeOf(panel, 'alone')).toHaveCount(0);

    const transform = () =>
      panel.locator('.sept-Graph-svg > g').getAttribute('transform');
    const before = await transform();
    await panel.locator('.sept-Graph-canvas').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(transform).not.toBe(before);
    const scale = async () =>
      Number(/scale\(([\d.]+)\)/.exec((await transform()) ?? '')?.[1]);
    const whole = await scale();
    await page.keyboard.press('+');
    await expect.poll(scale).toBeGreaterThan(whole);
    await page.keyboard.press('0');
    await expect.poll(scale).toBeCloseTo(whole, 2);
  });

  test('opens beside the notebook, and goes back when it is closed', async ({
    page
  }) => {
    await openGraph(page);
    await command(page, 'sept:graph-beside');
    await expect(page.locator('#jp-main-dock-panel #sept-graph')).toBeVisible();
    await expect(page.locator('.sept-Graph-node').first()).toBeVisible();
    await page.getByTitle('Close Graph', { exact: true }).click();
    await command(page, 'sept:show-graph');
    await expect(page.locator('#jp-right-stack #sept-graph')).toBeVisible();
    await expect(page.locator('.sept-Graph-node').first()).toBeVisible();
  });
});
