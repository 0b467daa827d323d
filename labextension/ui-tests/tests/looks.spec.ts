import { expect, test } from '@jupyterlab/galata';

import {
  badgeOf,
  command,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';

const CELLS = [
  { id: 'good', source: 'a = 1' },
  { id: 'old', source: 'b = 2' },
  { id: 'bad', source: '1 / 0' },
  { id: 'broken', source: 'c = (' },
  { id: 'idle', source: 'd = 3' },
  { id: 'long', source: 'import time\ntime.sleep(5)' }
] as const;

test('states are told apart without colours and without motion', async ({
  page,
  tmpPath
}) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await openNotebook(page, tmpPath, 'looks.ipynb', CELLS);
  for (const index of [0, 1, 2]) {
    await page.notebook.selectCells(index);
    await command(page, 'notebook:run-cell');
  }
  await typeInto(page, 1, '0');
  await page.notebook.selectCells(5);
  const finished = command(page, 'notebook:run-cell');
  await expectStates(page, {
    0: 'up to date',
    1: 'stale',
    2: 'error',
    3: 'cannot be analysed',
    4: 'not run',
    5: 'running'
  });
  const looks = await Promise.all(
    CELLS.map((_, index) =>
      badgeOf(page, index)
        .locator('.sept-Glyph')
        .evaluate(node => ({
          shape: node.innerHTML,
          colour: getComputedStyle(node).color,
          motion: getComputedStyle(node).animationName,
          ground: getComputedStyle(document.body).backgroundColor
        }))
    )
  );
  expect(new Set(looks.map(({ shape }) => shape)).size).toBe(CELLS.length);
  for (const { colour, ground, motion } of looks) {
    expect(colour).not.toBe(ground);
    expect(motion).toBe('none');
  }
  await expect(page.locator('.jp-Notebook .jp-Cell').nth(1)).toHaveCSS(
    'border-left-style',
    'solid'
  );
  await expect(page.locator('.jp-Notebook .jp-Cell').nth(2)).toHaveCSS(
    'border-left-style',
    'double'
  );
  await finished;
});
