import { spawn } from 'node:child_process';

/** A part of the stack that runs in its own process. */
export type Child = { readonly stop: () => Promise<void> };

type Start = {
  /** What the messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** It is up when its output contains this. */
  readonly readyWhen: string;
  readonly withinMs?: number;
};

/** Thrown when a child ends, or says nothing, before it is ready. */
export class ChildFailed extends Error {
  /** There is no such program, or it is too old: something must be installed. */
  readonly missing: boolean;
  constructor(message: string, output: string, missing: boolean) {
    super(output === '' ? message : `${message} It said:\n${output}`);
    this.missing = missing || output.includes('UnsupportedClassVersionError');
  }
}

const KEPT = 4000;
const PATIENCE = 3000;

/**
 * Starts a process and waits until it says that it is ready. It ends with this process, unless that is killed outright.
 * @throws ChildFailed
 */
export async function startChild(start: Start): Promise<Child> {
  const { name, command, args, env = {}, readyWhen, withinMs = 60_000 } = start;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  let ended = false;
  const killNow = () => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      ended = true;
      process.off('exit', killNow);
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const stop = async () => {
    if (ended) return;
    child.kill('SIGTERM');
    const timer = setTimeout(killNow, PATIENCE);
    await gone;
    clearTimeout(timer);
  };
  await new Promise<void>((resolve, reject) => {
    const fail = (message: string, missing = false) =>
      reject(new ChildFailed(`${name} ${message}`, output.trim(), missing));
    const timer = setTimeout(() => {
      killNow();
      fail(`was not ready after ${withinMs / 1000} s.`);
    }, withinMs);
    const hear = (part: Buffer) => {
      output = (output + part.toString()).slice(-KEPT);
      if (!output.includes(readyWhen)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => fail(`cannot be started: ${error.message}.`, true));
    void gone.then(() => {
      clearTimeout(timer);
      fail('ended before it was ready.');
    });
  });
  return { stop };
}
