import { expect, test } from '@jupyterlab/galata';

import {
  command,
  expectStates,
  openNotebook,
  typeInto
} from '../support/notebook';
import { reload, secondTab } from '../support/team';

const CELLS = [
  { id: 'a', source: 'a = 1' },
  { id: 'b', source: 'b = a + 1' },
  { id: 'c', source: 'print(b)' },
  { id: 'd', source: 'print("alone")' }
] as const;

const FRESH = {
  0: 'up to date',
  1: 'up to date',
  2: 'up to date',
  3: 'up to date'
};

test.describe('Run modes', () => {
  test.beforeEach(async ({ page, tmpPath }) => {
    await openNotebook(page, tmpPath, 'modes.ipynb', CELLS);
    await command(page, 'sept:run-all');
    await expectStates(page, FRESH);
  });

  test('only marks at first', async ({ page }) => {
    await typeInto(page, 0, '0');
    await page.keyboard.press('Control+Enter');
    await expectStates(page, { 0: 'up to date', 1: 'stale', 2: 'stale' });
  });

  test('runs dependents after a run, once, and nothing else', async ({
    page
  }) => {
    await command(page, 'sept:set-run-mode', { mode: 'ON_RUN' });
    await expect(
      page.getByRole('button', { name: 'Run mode: On run' })
    ).toBeVisible();
    await typeInto(page, 0, '0');
    await expectStates(page, { 0: 'stale', 1: 'stale', 2: 'stale' });
    await page.keyboard.press('Control+Enter');
    await expectStates(page, FRESH);
    const prompts = page.locator('.jp-Notebook .jp-InputPrompt');
    await expect(prompts).toHaveText(['[5]:', '[6]:', '[7]:', '[4]:']);
    expect(await page.notebook.getCellTextOutput(2)).toEqual(['11\n']);
  });

  test('reacts to an edit after a pause, but not to one that does not parse', async ({
    page
  }) => {
    await command(page, 'sept:set-run-mode', { mode: 'REACTIVE' });
    await typeInto(page, 0, ' +');
    await expectStates(page, { 0: 'cannot be analysed' });
    await page.waitForTimeout(1500);
    const prompts = page.locator('.jp-Notebook .jp-InputPrompt');
    await expect(prompts).toHaveText(['[1]:', '[2]:', '[3]:', '[4]:']);
    await page.keyboard.type(' 41', { delay: 60 });
    await expectStates(page, FRESH);
    await expect(prompts).toHaveText(['[5]:', '[6]:', '[7]:', '[4]:']);
    expect(await page.notebook.getCellTextOutput(2)).toEqual(['43\n']);
  });

  test('stops in the middle when told to', async ({ page }) => {
    await command(page, 'sept:set-run-mode', { mode: 'ON_RUN' });
    await typeInto(page, 1, '\nimport time; time.sleep(8)');
    await page.keyboard.press('Control+Enter');
    await expectStates(page, { 1: 'up to date', 2: 'up to date' });
    await typeInto(page, 0, '0');
    await page.keyboard.press('Control+Enter');
    await expectStates(page, { 1: 'running' });
    await page.getByRole('button', { name: /^Stop/ }).click();
    await expectStates(page, { 0: 'up to date', 1: 'up to date', 2: 'stale' });
  });

  test('a second tab on the same kernel does not run it again', async ({
    page,
    tmpPath
  }) => {
    await page.notebook.save();
    const other = await secondTab(page, `${tmpPath}/modes.ipynb`);
    for (const tab of [page, other]) {
      await tab.evaluate(() =>
        window.jupyterapp.commands.execute('sept:set-run-mode', {
          mode: 'REACTIVE'
        })
      );
    }
    await page.bringToFront();
    await typeInto(page, 0, '0');
    await expectStates(page, FRESH);
    await page.waitForTimeout(1500);
    await expect(page.locator('.jp-Notebook .jp-InputPrompt')).toHaveText([
      '[5]:',
      '[6]:',
      '[7]:',
      '[4]:'
    ]);
  });

  test('a choice outlives a reload and a new name', async ({ page }) => {
    await page.getByRole('button', { name: 'Run mode: Mark only' }).click();
    await page.getByRole('menuitem', { name: /^Reactive/ }).click();
    const reactive = page.getByRole('button', { name: 'Run mode: Reactive' });
    await expect(reactive).toBeVisible();
    await page.notebook.save();
    await page.waitForTimeout(1500);
    await reload(page);
    await expect(reactive).toBeVisible();
    await page.evaluate(async () => {
      const { shell } = window.jupyterapp;
      const { context } = shell.currentWidget as unknown as {
        context: { rename(name: string): Promise<void> };
      };
      await context.rename('renamed.ipynb');
    });
    await expect(reactive).toBeVisible();
  });
});

test.describe('Run modes and the kernel', () => {
  // Galata's own copy of the kernels' API answers a restart with 201, which JupyterLab takes for a failure.
  test.use({ kernels: null, sessions: null });

  test('begins anew with the kernel, and runs nothing by itself then', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, tmpPath, 'anew.ipynb', CELLS);
    await command(page, 'sept:run-all');
    await expectStates(page, FRESH);
    await command(page, 'sept:set-run-mode', { mode: 'ON_RUN' });
    const restarted = command(page, 'kernelmenu:restart');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await restarted;
    await expectStates(page, { 0: 'not run', 1: 'not run', 2: 'not run' });
    await page.waitForTimeout(1500);
    await expectStates(page, { 0: 'not run', 1: 'not run', 2: 'not run' });
    await command(page, 'sept:run-all');
    await expectStates(page, FRESH);
    await expect(page.locator('.jp-Notebook .jp-InputPrompt')).toHaveText([
      '[1]:',
      '[2]:',
      '[3]:',
      '[4]:'
    ]);
  });
});
