import type { Plant } from './plants.ts';

/** The classic bugs of packages, courses and of what others earn of them. */
export const learningPlants: Readonly<Record<string, readonly Plant[]>> = {
  /** What was earned before is not known any more when a part of the order goes back. */
  'commission-twice': [
    {
      file: 'commissions/commissioning.ts',
      find: 'const before = bookedOf(one);',
      put: 'const before = zero;',
    },
  ],
  'clawback-forgotten-at-level-2': [
    {
      file: 'commissions/commissions.operations.ts',
      find: 'look(commission, { wallet, clearance }, { orderBack: backOf(now), at }, due);',
      put: 'look(commission, { wallet, clearance }, { orderBack: level === 2 ? commission.orderBack : backOf(now), at }, due);',
    },
  ],
  'commission-clears-at-once': [
    {
      file: 'commissions/commissioning.ts',
      find: 'const waits = at < clearAt;',
      put: 'const waits = at < 0;',
    },
  ],
  'commission-without-a-package': [
    {
      file: 'commissions/earning.ts',
      find: '  if (uid === null || rank === null) return null;\n  const cell = cellOf(table, level, tierOf(rank),',
      put: '  if (uid === null) return null;\n  const cell = cellOf(table, level, tierOf(rank ?? 1),',
    },
  ],
  'upgrade-at-the-full-price': [
    {
      file: 'orders/ordering.ts',
      find: 'const price = lessPrice(full, held.full);',
      put: 'const price = full;',
    },
  ],
  /** The upgrade holds although what it took the place of is not paid any more. */
  'upgrade-stands-alone': [
    {
      file: 'orders/holding.ts',
      find: 'return base !== undefined && wholeChain(base, all);',
      put: 'return true;',
    },
  ],
  /** Nobody waits for the card. */
  'package-before-its-money': [
    {
      file: 'orders/orders.operations.ts',
      find: "import { passTime } from './holding.ts';",
      put: "import { hold, passTime } from './holding.ts';",
    },
    {
      file: 'orders/orders.operations.ts',
      find: '      if (opened) createOrder(writer, id, opened, paid);\n',
      put: "      if (opened) createOrder(writer, id, opened, paid);\n      if (opened && !paid && opened.order.kind === 'package') writer.set(collections.members.doc(wish.uid), hold(wish.uid, null, { name: wish.item, title: opened.order.title, rank: opened.order.rank, full: opened.order.full, order: id, upgradeOf: null, days: opened.order.days }, wish.at));\n",
    },
  ],
  /** Found by the simulator: who hears late of a sale finds nobody who had a package. */
  'package-forgotten-when-it-ends': [
    {
      file: 'orders/holding.ts',
      find: 'untilAt > at - KEPT)',
      put: 'untilAt > at)',
    },
  ],
  /** Found by the simulator: time goes on for somebody, and their package does not end. */
  'package-outlives-a-course': [
    {
      file: 'orders/settling.ts',
      find: '(passTime(uid, member, at) ?? {',
      put: '(null ?? {',
    },
  ],
  'package-outlives-its-refund': [
    {
      file: 'orders/settling.ts',
      find: 'const changes = stands(after) !== stands(order);',
      put: 'const changes = false;',
    },
  ],
  'progress-beyond-time': [
    {
      file: 'learning/watched.ts',
      find: 'seen.seconds + allowed(before.last, beat)',
      put: 'seen.seconds + length',
    },
  ],
  'certificate-for-an-unfinished-course': [
    {
      file: 'learning/watched.ts',
      find: 'shown.length > 0 && shown.every(',
      put: 'shown.length > 0 && shown.some(',
    },
  ],
  'certificate-twice': [
    {
      file: 'learning/watched.ts',
      find: 'if (progress.certificate !== null || !isFinished(',
      put: 'if (!isFinished(',
    },
  ],
  /** A run that is over can be begun again, and forgets whom it has paid. */
  'two-withdrawals-a-week': [
    {
      file: 'payruns/running.ts',
      find: '  found ?? {\n',
      put: "  (found?.phase === 'done' ? null : found) ?? {\n",
    },
    {
      file: 'payruns/lining.ts',
      find: "  if (before && before.outcome !== 'failed') return null;\n  const attempts",
      put: '  const attempts',
    },
    {
      file: 'payruns/lines.operations.ts',
      find: "joinId(deriveId('payrun', uid, run), uid)",
      put: "joinId(deriveId('payrun', uid, run, String(Math.random())), uid)",
    },
  ],
  'referral-circle': [
    {
      file: 'rewards/referral.ts',
      find: 'uid === referrer || above.includes(uid) ||',
      put: 'uid === referrer ||',
    },
  ],
};
