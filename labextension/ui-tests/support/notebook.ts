import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, type Locator } from '@playwright/test';

/** A cell for a notebook file. */
export interface ICellSource {
  readonly id: string;
  readonly type?: 'code' | 'markdown' | 'raw';
  readonly source: string;
}

/** A notebook file's text, for a Python kernel. */
export function notebookFile(cells: readonly ICellSource[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3 (ipykernel)',
        language: 'python'
      },
      language_info: { name: 'python' }
    },
    cells: cells.map(({ id, type = 'code', source }) => ({
      id,
      cell_type: type,
      source,
      metadata: {},
      ...(type === 'code' ? { outputs: [], execution_count: null } : {})
    }))
  });
}

/** Upload a notebook into the test's own folder and open it. */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  folder: string,
  name: string,
  cells: readonly ICellSource[]
): Promise<void> {
  const path = `${folder}/${name}`;
  await page.contents.uploadContent(notebookFile(cells), 'text', path);
  await page.notebook.openByPath(path);
  await page.notebook.activate(name);
  await badge(page, 'not run').first().waitFor();
}

/** Badge rows whose accessible name contains a text. */
export function badge(page: IJupyterLabPageFixture, text: string): Locator {
  return page.locator(
    `.jp-NotebookPanel:not(.lm-mod-hidden) .sept-BadgeRow[aria-label*="${text}"]`
  );
}

/** The badge row of the cell at an index among all cells. */
export function badgeOf(page: IJupyterLabPageFixture, index: number): Locator {
  return page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell')
    .nth(index)
    .locator('.sept-BadgeRow');
}

/** Wait until the badges say these words, from the first code cell on; '' matches any. */
export async function expectStates(
  page: IJupyterLabPageFixture,
  words: Readonly<Record<number, string>>
): Promise<void> {
  for (const [index, word] of Object.entries(words)) {
    const row = badgeOf(page, Number(index));
    await expect(row, `cell ${index}`).toHaveAttribute(
      'aria-label',
      new RegExp(`^Cell \\d+, ${word}(,|$)`)
    );
    await expectBox(row);
  }
}

/** On the screen, with a box: a badge in a header of height 0 is in the page and cannot be seen. */
export async function expectBox(locator: Locator): Promise<void> {
  await expect(locator).toBeVisible();
  const box = await locator.boundingBox();
  expect(box?.height ?? 0).toBeGreaterThanOrEqual(16);
  expect(box?.width ?? 0).toBeGreaterThan(100);
}

/** Replace a cell's text by typing, as a person would, with one undo step a key. */
export async function typeInto(
  page: IJupyterLabPageFixture,
  index: number,
  text: string
): Promise<void> {
  const cell = page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell')
    .nth(index);
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(text);
}

/** Run a command of the application by its id. */
export async function command(
  page: IJupyterLabPageFixture,
  id: string,
  args: Record<string, string> = {}
): Promise<void> {
  await page.evaluate(
    async ([commandId, commandArgs]) => {
      await window.jupyterapp.commands.execute(
        commandId as string,
        commandArgs as Record<string, string>
      );
    },
    [id, args] as const
  );
}
