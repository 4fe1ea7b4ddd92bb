import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { median, round } from './measure.ts';

/** How long an instance needs until it can be called, and what it then holds: the built files, each in a process of its own. */

const functions = join(import.meta.dirname, '..', 'functions');

/** The least that a callable with a database loads, built as ours is: it answers, and has done nothing. */
const bareCallable = `
const { onCall } = require('firebase-functions/https');
const { Firestore } = require('@google-cloud/firestore');
let db;
exports.bare = onCall(async () => (db ??= new Firestore()).doc('a/b').get());
`;
const barerCallable = `
const { onCall } = require('firebase-functions/https');
exports.bare = onCall(() => 'hello');
`;

/** Milliseconds and megabytes. */
export type Start = { readonly ms: number; readonly mb: number };
export type Cold = {
  /** Answers and knows no database. */
  readonly nothing: Start;
  readonly bare: Start;
  readonly features: Readonly<
    Record<string, Start & { readonly ratio: number; readonly functions: string[] }>
  >;
};

const look = (file: string) => `
const began = performance.now();
const exported = require(${JSON.stringify(file)});
const ms = performance.now() - began;
const names = (value, path) => typeof value === 'function' ? [path] : Object.entries(value).flatMap(([key, one]) => names(one, path + '-' + key));
console.log(JSON.stringify({ ms, mb: process.memoryUsage().rss / 1e6, functions: Object.entries(exported).flatMap(([key, one]) => names(one, key)) }));
process.exit(0);`;

type Seen = Start & { readonly functions: string[] };

/**
 * @param rounds how often each is started, by turns; the middle counts
 * @param features null for all of them
 */
export function coldStarts(rounds: number, features: readonly string[] | null): Cold {
  const home = mkdtempSync(join(tmpdir(), 'coffer-cold-'));
  try {
    symlinkSync(join(functions, '..', 'node_modules'), join(home, 'node_modules'));
    const lib = join(home, 'lib');
    execFileSync(process.execPath, [join(functions, 'build.ts'), lib]);
    mkdirSync(join(home, 'bare'));
    const [nothing, bare] = [join(home, 'bare', 'nothing.cjs'), join(home, 'bare', 'bare.cjs')];
    writeFileSync(nothing, barerCallable);
    writeFileSync(bare, bareCallable);
    const wanted = features?.map((name) => `${name}.cjs`) ?? readdirSync(join(lib, 'only'));
    const only = wanted.map((name) => join(lib, 'only', name));
    const seen = new Map<string, Seen[]>([nothing, bare, ...only].map((file) => [file, []]));
    const env = { ...process.env, GCLOUD_PROJECT: 'demo-coffer' };
    for (let i = 0; i < rounds; i += 1)
      for (const [file, starts] of seen) {
        const args = ['--input-type=commonjs', '-e', look(file)];
        starts.push(
          JSON.parse(execFileSync(process.execPath, args, { cwd: home, env, encoding: 'utf8' })) as Seen,
        );
      }
    const middle = (file: string): Seen => {
      const starts = seen.get(file)!;
      const of = (key: 'ms' | 'mb') => round(median(starts.map((one) => one[key])), 1);
      return { ms: of('ms'), mb: of('mb'), functions: starts[0]!.functions };
    };
    const base = middle(bare);
    const rows = only.map((file) => {
      const start = middle(file);
      return [basename(file, '.cjs'), { ...start, ratio: round(start.ms / base.ms) }] as const;
    });
    return { nothing: middle(nothing), bare: base, features: Object.fromEntries(rows) };
  } finally {
    rmSync(home, { recursive: true });
  }
}
