import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';

import { PORT, WORKERS, portOf, workFolder } from './support/ports';

type TestConfigWebServer = Extract<
  NonNullable<PlaywrightTestConfig['webServer']>,
  { command: string }
>;

/** The project's environment, or the one that is active. */
const venvPython = join(__dirname, '../../.venv/bin/python');
const python =
  process.env.SEPT_PYTHON ?? (existsSync(venvPython) ? venvPython : 'python');

const systemChromium = '/usr/bin/chromium';
const executablePath =
  process.env.SEPT_CHROMIUM ??
  (existsSync(systemChromium) ? systemChromium : undefined);

/** Directories of a server's own, so that nothing of the developer's or of its neighbour's leaks in. */
function environmentOf(port: number): Record<string, string> {
  const names = ['config', 'data', 'runtime', 'ipython', 'root'] as const;
  const work = workFolder(port);
  // Workers load this file too; only the first process may begin anew.
  if (process.env.TEST_WORKER_INDEX === undefined) {
    rmSync(work, { recursive: true, force: true });
    names.forEach(name => mkdirSync(join(work, name), { recursive: true }));
  }
  const [config, data, runtime, ipython, root] = names.map(name =>
    join(work, name)
  );
  return {
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: data,
    JUPYTER_RUNTIME_DIR: runtime,
    IPYTHONDIR: ipython,
    JUPYTERLAB_GALATA_ROOT_DIR: root,
    SEPT_UI_PORT: String(port)
  };
}

function serverAt(port: number): TestConfigWebServer {
  return {
    command: `${python} -m jupyterlab --config jupyter_server_test_config.py`,
    cwd: __dirname,
    env: {
      ...(process.env as Record<string, string>),
      ...environmentOf(port)
    },
    url: `http://localhost:${port}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: process.env.SEPT_UI_LOG ? 'pipe' : 'ignore',
    stderr: process.env.SEPT_UI_LOG ? 'pipe' : 'ignore'
  };
}

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  reporter: [['list']],
  timeout: 90_000,
  workers: WORKERS,
  fullyParallel: true,
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://localhost:${PORT}`,
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: Array.from({ length: WORKERS }, (_, place) =>
    serverAt(portOf(place))
  )
});
