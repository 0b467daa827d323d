// Drives Chromium for browser.py: node browser.mjs CHROMIUM URL MODE; prints one JSON object.
// MODE open: main-thread CPU until the first cell can be used, and until the page has been quiet or 20 s have passed.
// MODE edit: milliseconds from an edit to the changed badge of the edited cell and of its last dependent, counted from
// when the page was ready to watch (edit_to_badge) and from the browser's own time of the key (key_to_badge, the
// stricter one: it holds the time for which the key waited, and what the editor does with it); and from the command to
// the drawn dependency graph.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../labextension/ui-tests/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const [chromiumPath, url, mode] = process.argv.slice(2);
const SETTLE_S = 20;
const EDITS = 60;

const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'
  ]
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpu = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    const value = name => metrics.find(metric => metric.name === name)?.value ?? 0;
    return { task: value('TaskDuration'), script: value('ScriptDuration') };
  };
  await page.goto(url);
  await page.locator('.jp-Notebook .jp-CodeCell .cm-content').first().waitFor({ timeout: 120_000 });
  const usable = await cpu();
  console.log(JSON.stringify(mode === 'open' ? await open(page, cpu, usable) : await edit(page)));
} finally {
  await browser.close();
}

async function open(page, cpu, usable) {
  await page.waitForTimeout(SETTLE_S * 1000);
  const settled = await cpu();
  return {
    usable_cpu_s: usable.task,
    settled_cpu_s: settled.task,
    script_cpu_s: settled.script,
    badges: await page.locator('.sept-BadgeRow').count()
  };
}

async function edit(page) {
  await page.locator('.sept-BadgeRow').nth(5).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(8000);
  await page.evaluate(async () => {
    const { commands } = window.jupyterapp ?? window.jupyterlab;
    await commands.execute('sept:run-all');
  }).catch(() => null);
  const first = page.locator('.jp-Notebook .jp-Cell').nth(0);
  await page.locator('.jp-Notebook .jp-Cell[data-sept-state="success"]').nth(9).waitFor({ timeout: 300_000 });
  await first.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.evaluate(() => document.addEventListener('keydown', event => (window.keyAt = event.timeStamp), true));
  const times = [];
  const keyTimes = [];
  for (let number = 0; number < EDITS; number++) {
    const wanted = number % 2 === 0 ? 'stale' : 'success';
    const arrived = page.evaluate(state => {
      const began = performance.now();
      const cells = [...document.querySelectorAll('.jp-Notebook .jp-Cell')];
      const watched = [cells[0], cells[9]];
      const done = () => watched.every(cell => cell.dataset.septState === state);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no badge became ${state}`)), 10_000);
        const observer = new MutationObserver(() => {
          if (done()) {
            clearTimeout(timer);
            observer.disconnect();
            resolve([performance.now() - began, performance.now() - window.keyAt]);
          }
        });
        watched.forEach(cell => observer.observe(cell, { attributes: true }));
      });
    }, wanted);
    await page.keyboard.press(number % 2 === 0 ? '7' : 'Backspace');
    const [sinceWatch, sinceKey] = await arrived;
    times.push(sinceWatch);
    keyTimes.push(sinceKey);
    await page.waitForTimeout(200);
  }
  [times, keyTimes].forEach(list => list.sort((one, other) => one - other));
  const graphMs = await page.evaluate(async () => {
    const { commands } = window.jupyterapp ?? window.jupyterlab;
    const began = performance.now();
    await commands.execute('sept:show-graph');
    while (document.querySelector('#sept-graph .sept-Graph-node') === null) {
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
    return performance.now() - began;
  });
  return {
    graph_open_ms: graphMs,
    edit_to_badge_median_ms: times[Math.floor(times.length / 2)],
    edit_to_badge_p95_ms: times[Math.floor(times.length * 0.95)],
    key_to_badge_median_ms: keyTimes[Math.floor(times.length / 2)],
    key_to_badge_p95_ms: keyTimes[Math.floor(times.length * 0.95)]
  };
}
