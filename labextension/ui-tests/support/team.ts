import type {
  IJupyterLabPageFixture,
  JupyterLabPage
} from '@jupyterlab/galata';
import { expect, type Locator, type Page } from '@playwright/test';

/** The sections of the panel "Notebook" that need the notebook to be shared, by the command that shows them. */
const SECTIONS = {
  comments: ['sept:show-comments', '#sept-comments'],
  versions: ['sept:show-versions', '#sept-versions']
} as const;

/** Open a section of the panel "Notebook" of a page, galata's or a plain one. */
export async function openSection(
  page: Page | IJupyterLabPageFixture,
  name: keyof typeof SECTIONS
): Promise<Locator> {
  const [id, selector] = SECTIONS[name];
  await (page as Page).evaluate(async command => {
    await window.jupyterapp.commands.execute(command);
  }, id);
  const section = page.locator(selector);
  await expect(section).toBeVisible();
  return section;
}

/** Share the notebook by the button that a section offers as its first step. */
export async function share(section: Locator): Promise<void> {
  const button = section.getByRole('button', { name: 'Share this notebook' });
  await button.click();
  await expect(button).toBeHidden();
  await expect(section.getByRole('textbox').first()).toBeVisible();
}

/** Write into a field of a section and press the button that belongs to it. */
export async function submit(
  section: Locator,
  field: string,
  text: string,
  button: string
): Promise<void> {
  const box = section.getByRole('textbox', { name: field });
  await box.fill(text);
  await section.getByRole('button', { name: button, exact: true }).click();
}

/** The thread in which a text stands. */
export function threadOf(section: Locator, text: string): Locator {
  return section.locator('.sept-Thread').filter({ hasText: text });
}

/** Open the notebook at a path in another tab of the same browser, and wait for its badges. */
export async function secondTab(
  page: Page | IJupyterLabPageFixture,
  path: string
): Promise<Page> {
  const second = await page.context().newPage();
  await second.goto(`doc/tree/${path}`);
  await second.locator('.sept-BadgeRow').first().waitFor();
  return second;
}

/** Load the page again and wait for the badges of the notebook that it shows. */
export async function reload(page: IJupyterLabPageFixture): Promise<void> {
  // Galata would wait for a launcher, which is not there when a notebook is restored.
  const reloaded = page as unknown as JupyterLabPage;
  await reloaded.reload({ waitForIsReady: false });
  await page.locator('.sept-BadgeRow').first().waitFor();
  // What was open comes back first; then the application opens the address once more, which must still be there.
  await page.evaluate(() => window.jupyterapp.restored);
  await page.waitForLoadState('networkidle');
}
