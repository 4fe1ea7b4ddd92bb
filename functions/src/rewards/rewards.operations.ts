import { raise } from '../alerts/alerts.operations.ts';
import { collections } from '../collections.ts';
import { writePosting } from '../ledger/ledger.store.ts';
import { giveBonus } from '../lots/bonus.ts';
import { lotId, type GivenLot } from '../lots/lifetime.ts';
import { grantBonus } from '../lots/lots.operations.ts';
import { accountOf } from '../platform/accounts.ts';
import { deriveId, hashInput } from '../platform/derive.ts';
import { atomically, find, load } from '../platform/firestore.ts';
import { limitFactor, sealingKey } from '../platform/params.ts';
import { fingerprint } from '../platform/seal.ts';
import type { Reader } from '../platform/store.ts';
import { sweep, type Swept } from '../platform/sweep.ts';
import type { CardPrintGateway } from '../psp/ports.ts';
import { isPaid } from '../purchases/purchase.ts';
import { Refusal } from '../shared/refusal.ts';
import { arrive, broughtThemselves, crowds, farmed, type Origin, type OriginKind } from './origin.ts';
import { flagged, hasBought, LONGEST, looked, refer, rewards, type Referral } from './referral.ts';
import { boughtBy, dueOrigins, dueReferrals } from './rewards.store.ts';

/** Whoever comes for a present, and from where: what the app calls its device, and the address of the call. */
export type Comer = {
  readonly uid: string;
  readonly device: string | null;
  readonly ip: string | null;
  readonly at: number;
};

type From = { readonly id: string; readonly kind: OriginKind };

/** A hash by our key names it: neither device, address nor card is stored, nor can be guessed back from it. */
const originOf = (kind: OriginKind, name: string): From => ({
  id: fingerprint(hashInput(['origin', kind, name]), sealingKey.value()),
  kind,
});

const originsOf = ({ device, ip }: Comer): From[] => [
  ...(device === null ? [] : [originOf('device', device)]),
  ...(ip === null ? [] : [originOf('address', ip)]),
];

/** Counts them wherever they came from. @returns whether they are one too many there, and who else came by that device */
async function note(
  { uid, at }: Pick<Comer, 'uid' | 'at'>,
  from: readonly From[],
): Promise<{ readonly tooMany: boolean; readonly alongside: string[] }> {
  let tooMany = false;
  const alongside: string[] = [];
  for (const { id, kind } of from) {
    const ref = collections.origins.doc(id);
    const { arrived } = await atomically({
      read: (reader) => reader.get({ before: ref }),
      decide: ({ before }) => ({ arrived: arrive(before, { kind, uid, at, factor: limitFactor.value() }) }),
      write: (writer, { arrived: { origin } }) => {
        writer.set(ref, origin);
      },
    });
    if (kind === 'device') alongside.push(...arrived.origin.people.map((one) => one.uid));
    if (!arrived.tooMany) continue;
    tooMany = true;
    await tellOf(id, arrived.origin, at);
  }
  return { tooMany, alongside };
}

const tellOf = (id: string, origin: Origin, at: number): Promise<boolean> =>
  raise(`rewards.farm.${id}.${origin.flaggedAt ?? at}`, farmed(id, origin), at);

/**
 * A present for a newcomer: the same lot each time, so it is given once.
 * @throws Refusal `limit_reached` where too many came from the same device or address.
 */
export async function welcome(comer: Comer): Promise<GivenLot> {
  const { uid, at } = comer;
  const known = await load(collections.lots.doc(lotId('welcome', uid)));
  if (known) return known;
  const { tooMany } = await note(comer, originsOf(comer));
  if (tooMany) {
    const { device: limit, windowMs } = crowds;
    throw new Refusal('limit_reached', { limit, used: limit, retryAt: at + windowMs });
  }
  const text = `Welcome: ${rewards.welcome} credits are yours.`;
  return grantBonus({ lot: 'welcome', uid, amount: rewards.welcome, by: 'system', at, text }, null);
}

/** Somebody may bring others from now on: who comes from their device is known by it. */
export async function noteDevice({ uid, device, at }: Comer): Promise<void> {
  await note({ uid, at }, originsOf({ uid, device, ip: null, at }));
}

/** @param link that they came by. @throws what `refer` does. */
export async function noteReferral(
  comer: Comer,
  referrer: string,
  link: string | null = null,
): Promise<Referral> {
  const { uid, at } = comer;
  const ref = collections.referrals.doc(uid);
  const known = await load(ref);
  if (known?.referrer === referrer) return known;
  const { tooMany, alongside } = await note(comer, originsOf(comer));
  const same = alongside.includes(referrer);
  const { after } = await atomically({
    read: async (reader) => ({
      ...(await reader.get({ before: ref, wallet: collections.wallets.doc(uid) })),
      above: await above(reader, uid, referrer),
    }),
    decide: (found) => {
      const notice = `referral.${deriveId('referral', referrer, uid)}`;
      const made = refer(found, { uid, referrer, link, notice, at });
      return { before: found.before, after: same || tooMany ? flagged(made) : made };
    },
    write: (writer, { before, after: made }) => {
      if (before === null) writer.create(ref, made);
    },
  });
  if (same) await raise(`rewards.same.${uid}`, broughtThemselves(uid, referrer), at);
  return after;
}

/** All who are above somebody, as far as they are followed: of a circle, the one who would close it is among them. */
async function above(reader: Reader, uid: string, referrer: string): Promise<string[]> {
  const found: string[] = [];
  for (let next = referrer; found.length < LONGEST && next !== uid;) {
    const { one } = await reader.get({ one: collections.referrals.doc(next) });
    if (!one) break;
    next = one.referrer;
    found.push(next);
  }
  return found;
}

/** Somebody, and the provider’s names of what they paid with a card elsewhere than for coins or credits. */
export type Payer = { readonly uid: string; readonly payments: readonly string[] };

const payerOf = (uid: string): Payer => ({ uid, payments: [] });

/** The cards that somebody paid with lately, as the provider tells them apart. */
async function cardsOf(gateway: CardPrintGateway, { uid, payments }: Payer): Promise<From[]> {
  const bought = (await find(boughtBy(uid))).flatMap(({ doc }) =>
    isPaid(doc) && doc.provider === 'stripe' ? [doc.payment.payment] : [],
  );
  const prints = new Set<string>();
  for (const payment of new Set([...bought, ...payments])) {
    const print = await gateway.printOf(payment);
    if (print !== null) prints.add(print);
  }
  return [...prints].map((print) => originOf('card', print));
}

/**
 * Whether somebody paid with a card that is another's too: of who brought them, whoever of both came first with it, or that
 * was anybody else's here before.
 */
export async function sharesCard(
  gateway: CardPrintGateway,
  others: readonly Payer[],
  payer: Payer,
  at: number,
): Promise<boolean> {
  const theirs = new Set<string>();
  for (const other of others) {
    const cards = await cardsOf(gateway, other);
    for (const { id } of cards) theirs.add(id);
    await note({ uid: other.uid, at }, cards);
  }
  const own = await cardsOf(gateway, payer);
  const { tooMany } = await note({ uid: payer.uid, at }, own);
  return tooMany || own.some(({ id }) => theirs.has(id));
}

/**
 * Rewards who brought somebody that bought something since: the referral, the lot and how many they were rewarded for
 * are one commit, so that there is one for each person who was brought, and never more than the most (W1-24).
 */
async function look(gateway: CardPrintGateway, uid: string, at: number): Promise<void> {
  const referral = await load(collections.referrals.doc(uid));
  if (referral?.status !== 'waiting') return;
  const { referrer } = referral;
  const bought = hasBought(await load(collections.wallets.doc(uid)));
  const shared = bought && (await sharesCard(gateway, [payerOf(referrer)], payerOf(uid), at));
  const isThere = (await accountOf(referrer)) !== null;
  const name = `referral-${deriveId('referral', referrer, uid)}`;
  const id = lotId(name, referrer);
  const text = `Somebody you brought has bought something: ${rewards.referral} credits are yours.`;
  const bonus = { lot: name, uid: referrer, amount: rewards.referral, by: 'system', at, text };
  await atomically({
    read: (reader) =>
      reader.get({
        now: collections.referrals.doc(uid),
        theirs: collections.wallets.doc(uid),
        wallet: collections.wallets.doc(referrer),
        tally: collections.referrers.doc(referrer),
      }),
    decide: ({ now, theirs, wallet, tally }) => {
      const before = tally?.rewarded ?? 0;
      // What was bought only now is looked at, card and all, the next time.
      const earned = bought && hasBought(theirs);
      const after = now && (shared ? flagged(now) : looked(now, { earned, isThere, before, at }));
      const isNew = now?.status === 'waiting' && after?.status === 'rewarded';
      return { after, before, given: isNew ? giveBonus(id, wallet, bonus) : null };
    },
    write: (writer, { after, before, given }) => {
      if (after) writer.set(collections.referrals.doc(uid), after);
      if (!given) return;
      writer.set(collections.referrers.doc(referrer), { rewarded: before + 1 });
      writer.create(collections.lots.doc(id), given.lot);
      writePosting(writer, given.posting);
    },
  });
}

/** Looks at what is due, and lets go of where people came from long ago. */
export async function sweepReferrals(gateway: CardPrintGateway, at: number): Promise<Swept> {
  await sweep(dueOrigins(at), (id) =>
    atomically({
      read: (reader) => reader.get({ now: collections.origins.doc(id) }),
      decide: ({ now }) => now !== null && now.dueAt <= at,
      write: (writer, gone) => {
        if (gone) writer.delete(collections.origins.doc(id));
      },
    }),
  );
  return sweep(dueReferrals(at), (uid) => look(gateway, uid, at));
}
