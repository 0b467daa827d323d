import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

import { PORT, ownPort, workFolder } from './ports';

const HERE = join(__dirname, '..');

/** The folder that the paths of this worker's server are below. */
export const ROOT = join(workFolder(PORT), 'root');

/** The project's Python. */
export function python(): string {
  const ofProject = join(HERE, '../../.venv/bin/python');
  return (
    process.env.SEPT_PYTHON ?? (existsSync(ofProject) ? ofProject : 'python')
  );
}

/** Run a few lines of Python in the project's environment; `args` are its `sys.argv[1:]`. */
export function runPython(code: string, args: readonly string[]): void {
  execFileSync(python(), ['-c', code, ...args], { stdio: 'inherit' });
}

/** A Jupyter server of a journey's own, which can be stopped and started again on the same data. */
export class OwnServer {
  readonly url: string;
  private child: ChildProcess | null = null;
  private readonly port: number;
  private readonly work: string;

  /** @param offset - what to add to the first server's port; 10 or more from that of any other journey */
  constructor(offset: number) {
    this.port = ownPort(offset);
    this.url = `http://localhost:${this.port}`;
    this.work = workFolder(this.port);
  }

  /** Begin with empty folders. */
  async startAfresh(): Promise<void> {
    rmSync(this.work, { recursive: true, force: true });
    await this.start();
  }

  async start(): Promise<void> {
    const child = spawn(
      python(),
      ['-m', 'jupyterlab', '--config', 'jupyter_server_test_config.py'],
      { cwd: HERE, env: this.environment(), stdio: 'ignore' }
    );
    this.child = child;
    for (let attempt = 0; attempt < 240; attempt++) {
      if (child.exitCode !== null) {
        throw new Error(`The server ended with ${child.exitCode}.`);
      }
      if (await this.answers()) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    throw new Error('The server did not start within a minute.');
  }

  /** End the process, and wait until it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child !== null && child.exitCode === null) {
      const gone = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
  }

  /** Whether somebody listens and says that all is well. */
  private answers(): Promise<boolean> {
    return new Promise(resolve => {
      get(`${this.url}/api/status`, response => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on('error', () => resolve(false));
    });
  }

  private environment(): NodeJS.ProcessEnv {
    const folder = (name: string): string => {
      const path = join(this.work, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    return {
      ...process.env,
      JUPYTER_CONFIG_DIR: folder('config'),
      JUPYTER_DATA_DIR: folder('data'),
      JUPYTER_RUNTIME_DIR: folder('runtime'),
      IPYTHONDIR: folder('ipython'),
      JUPYTERLAB_GALATA_ROOT_DIR: folder('root'),
      SEPT_UI_PORT: String(this.port)
    };
  }
}
