import { Firestore } from '@google-cloud/firestore';
import { logger } from 'firebase-functions/logger';
import type { z } from 'zod';
import { prepareEnvironment } from '../../../local/host/environment.ts';
import { myStage } from '../../../local/jest/stage.ts';
import type { treeContract } from '../../src/tree/tree.contract.ts';

/**
 * Ten thousand people under one, in a project of their own on the emulator, where no trigger runs for each of them: what is
 * asked here is what a page costs.
 */
jest.setTimeout(120_000);

const CROWD = 10_000;
const projectId = 'demo-crowd';
const at = Date.UTC(2026, 0, 1);

type Page = z.output<typeof treeContract.show.output>;

let db: Firestore;
let restore: () => void;
let run: (uid: string, data: object) => Promise<Page>;
const reads: number[] = [];

beforeAll(async () => {
  const { authHost, mine } = myStage();
  const env = { SEALING_KEY: Buffer.alloc(32, 7).toString('base64'), APP_CHECK: 'off', LIMIT_FACTOR: '1000' };
  const parameters = {
    PROVIDER_TIMEOUT_SECONDS: '2',
    KYC_KEEP_DAYS: '0',
    TRUSTED_PROXIES: '0',
    TRACES: 'off',
    PAYRUN_MINIMUM: '50000',
    MAIL: 'off',
    FCM_API: '',
    APP_URL: 'https://app.example.com',
  };
  const fees = { PAYEE_FEE_BPS: '0', PAYER_FEE_BPS: '0', FEE_TAX_BPS: '0' };
  const hours = { AUTO_RELEASE_HOURS: '72', CLEARANCE_HOURS: '0', COMMISSION_DAYS: '14' };
  const given = { ...env, ...parameters, ...fees, ...hours };
  restore = prepareEnvironment({ projectId, firestoreHost: mine.firestoreHost, authHost, env: given });
  db = new Firestore({ projectId });
  jest.spyOn(logger, 'info').mockImplementation((_: unknown, line: unknown) => {
    const { operation, reads: documents } = line as { operation?: string; reads?: number };
    if (operation === 'tree-show') reads.push(documents ?? 0);
  });
  const { tree } = await import('../../src/tree/tree.handlers.ts');
  run = async (uid, data) => {
    const rawRequest = { headers: {}, socket: {} };
    return (await tree.show.run({ data, rawRequest, auth: { uid, token: {} } } as never)) as Page;
  };
  const writer = db.bulkWriter();
  for (let i = 0; i < CROWD; i += 1) {
    const uid = `crowd${String(i).padStart(5, '0')}`;
    // Ten in the same moment: an order by time alone would lose or repeat some.
    const createdAt = new Date(at + Math.floor(i / 10));
    const said = { uid, referrer: 'ann', link: null, status: 'over', news: [], dueAt: null };
    void writer.set(db.doc(`referrals/${uid}`), { ...said, createdAt, untilAt: createdAt });
    void writer.set(db.doc(`branches/${uid}`), { children: i, grandchildren: 0, under: 'ann' });
  }
  void writer.set(db.doc('branches/ann'), { children: CROWD, grandchildren: 7, under: null });
  await writer.close();
}, 120_000);

afterAll(async () => {
  const { closeStore } = await import('../../src/platform/firestore.ts');
  await closeStore();
  await db.terminate();
  const { firestoreHost } = myStage().mine;
  const all = `http://${firestoreHost}/emulator/v1/projects/${projectId}/databases/(default)/documents`;
  await fetch(all, { method: 'DELETE' });
  restore();
});

test('F57 W4-27 ten thousand children stay one page at a time, each at the cost of the first, nobody twice', async () => {
  const seen: number[] = [];
  let next: string | null = null;
  for (let page = 0; page < 40; page += 1) {
    const answer: Page = await run('ann', { level: 1, ...(next !== null && { after: next }) });
    expect(answer.people).toHaveLength(20);
    expect(answer.totals).toEqual({ children: CROWD, grandchildren: 7 });
    // The number of a person in the crowd, by which each is known apart here.
    seen.push(...answer.people.map(({ children }) => children));
    next = answer.next;
    expect(next).not.toMatch(/crowd/);
  }
  expect(seen).toEqual(Array.from({ length: 800 }, (_, i) => CROWD - 1 - i));
  // 21 referrals, three documents for each of 20 people, and one’s own.
  expect(new Set(reads)).toEqual(new Set([82]));
  for (const [uid, after] of [
    ['eve', next],
    ['ann', `${next!.slice(0, -2)}AA`],
  ])
    await expect(run(uid!, { level: 1, after })).rejects.toMatchObject({ details: { reason: 'not_found' } });
});
