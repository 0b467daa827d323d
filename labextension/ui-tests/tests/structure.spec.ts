import { expect, galata, test } from '@jupyterlab/galata';

import {
  badgeOf,
  command,
  expectBox,
  expectStates,
  openNotebook
} from '../support/notebook';

const CELLS = [
  { id: 'a', source: 'a = 1' },
  { id: 'b', source: 'b = a' },
  { id: 'c', source: 'print(b)' }
] as const;

/** The modes in which the core keeps other cells in the page, and re-creates their widgets at other times. */
const MODES = ['contentVisibility', 'full', 'defer', 'none'] as const;

interface IOperation {
  readonly title: string;
  /** The cell that is made the active one before. */
  readonly on: number;
  readonly commands: readonly string[];
  /** Names of the cells' badges from the top after it. */
  readonly labels: readonly RegExp[];
}

const A = /writes a$/;
const B = /reads a, writes b$/;
const C = /reads b$/;
const EMPTY = /^Cell \d+, not run$/;

const OPERATIONS: readonly IOperation[] = [
  {
    title: 'move down',
    on: 1,
    commands: ['notebook:move-cell-down'],
    labels: [A, C, B]
  },
  {
    title: 'undo of the move',
    on: 1,
    commands: ['notebook:undo-cell-action'],
    labels: [A, B, C]
  },
  {
    title: 'duplicate',
    on: 1,
    commands: ['notebook:duplicate-below'],
    labels: [A, B, B, C]
  },
  {
    title: 'delete',
    on: 1,
    commands: ['notebook:delete-cell'],
    labels: [A, B, C]
  },
  {
    title: 'undo of the deletion',
    on: 1,
    commands: ['notebook:undo-cell-action'],
    labels: [A, B, B, C]
  },
  {
    title: 'redo of the deletion',
    on: 1,
    commands: ['notebook:redo-cell-action'],
    labels: [A, B, C]
  },
  {
    title: 'insert below',
    on: 1,
    commands: ['notebook:insert-cell-below'],
    labels: [A, B, EMPTY, C]
  },
  {
    title: 'cut and paste',
    on: 2,
    commands: ['notebook:cut-cell', 'notebook:paste-cell-below'],
    labels: [A, B, C, EMPTY]
  },
  {
    title: 'to markdown and back',
    on: 2,
    commands: [
      'notebook:change-cell-to-markdown',
      'notebook:change-cell-to-code'
    ],
    labels: [A, B, C, EMPTY]
  },
  {
    title: 'hiding and showing all code',
    on: 1,
    commands: ['notebook:hide-all-cell-code', 'notebook:show-all-cell-code'],
    labels: [A, B, C, EMPTY]
  }
];

for (const windowingMode of MODES) {
  test.describe(`Badges with windowing mode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        '@jupyterlab/notebook-extension:tracker': { windowingMode }
      }
    });

    test('survive what is done to cells', async ({ page, tmpPath }) => {
      await openNotebook(page, tmpPath, 'structure.ipynb', CELLS);
      for (const { title, on, commands, labels } of OPERATIONS) {
        await page.notebook.selectCells(on);
        for (const id of commands) {
          await command(page, id);
        }
        for (const [index, label] of labels.entries()) {
          const row = badgeOf(page, index);
          await expect(row, `cell ${index} after ${title}`).toHaveAttribute(
            'aria-label',
            label
          );
          await expect(row).toHaveCount(1);
          await expectBox(row);
        }
        await expect(
          page.locator('.sept-BadgeRow'),
          `rows after ${title}`
        ).toHaveCount(labels.length);
      }
    });
  });
}

test('a move changes what a cell depends on, and an undo changes it back', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, 'moves.ipynb', [
    { id: 'one', source: 'x = 1' },
    { id: 'show', source: 'print(x)' },
    { id: 'two', source: 'x = 2' }
  ]);
  await command(page, 'sept:run-all');
  await expectStates(page, {
    0: 'up to date',
    1: 'up to date',
    2: 'up to date'
  });
  await page.notebook.selectCells(2);
  await command(page, 'notebook:move-cell-up');
  await expectStates(page, { 0: 'up to date', 1: 'up to date', 2: 'stale' });
  await command(page, 'notebook:undo-cell-action');
  await expectStates(page, {
    0: 'up to date',
    1: 'up to date',
    2: 'up to date'
  });
});
