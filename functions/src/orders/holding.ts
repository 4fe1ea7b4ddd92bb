import type { NoticeKind } from '../notifications/kinds.ts';
import { tell, type Newsworthy } from '../notifications/notice.ts';
import { packageAt } from './access.ts';
import type { Holding, Member } from './member.ts';

/** What somebody holds of the packages that they bought, and what time and money do to it. Pure. */

const DAY = 24 * 3600 * 1000;
/** So long before a package ends its owner hears of it. */
export const WARNING = 7 * DAY;
/** So long it is kept what somebody had: what they earn by it may be counted late. */
export const KEPT = 30 * DAY;
/** How many packages somebody may have bought that have not ended: more only where their money goes back again and again. */
export const MOST_HOLDINGS = 20;

export const newMember: Member = {
  ...{ package: null, holdings: [], bought: 0, standing: 0, asOfAt: 0, warned: false },
  ...{ dueAt: null, version: 0, news: [] },
};

/** What is left of somebody who is gone: how much was sold to them, which orders say as well, and nothing that holds. */
export const emptiedMember = ({ bought, standing, asOfAt, version }: Member): Member => ({
  ...newMember,
  ...{ bought, standing, asOfAt, version: version + 1 },
});

export const isEmptiedMember = ({ holdings, news }: Member): boolean =>
  holdings.length === 0 && news.length === 0;

/** The latest time that is known: where a server’s clock runs behind, nothing begins or ends again. */
export const timeOf = (member: Member | null, at: number): number => Math.max(at, member?.asOfAt ?? 0);

export const unended = (holdings: Member['holdings'], at: number): Member['holdings'] =>
  holdings.filter(({ untilAt }) => untilAt > at);

/** Whether it and all that it took the place of still have their money. */
function wholeChain(one: Member['holdings'][number], all: Member['holdings']): boolean {
  if (!one.stands) return false;
  if (one.upgradeOf === null) return true;
  const base = all.find(({ order }) => order === one.upgradeOf);
  return base !== undefined && wholeChain(base, all);
}

/** The highest that holds; of two alike the one that ends later. */
export function highest(holdings: Member['holdings'], at: number): Holding | null {
  const held = unended(holdings, at).filter((one) => wholeChain(one, holdings));
  const [first] = held.sort(
    (one, other) =>
      other.rank - one.rank || other.untilAt - one.untilAt || (one.order < other.order ? -1 : 1),
  );
  if (!first) return null;
  const { name, title, rank, full, order, upgradeOf, sinceAt, untilAt } = first;
  return { name, title, rank, full, order, upgradeOf, sinceAt, untilAt };
}

/** As it stands with these; what ended some time ago is no more. */
function withHoldings(before: Member, holdings: Member['holdings'], at: number): Member {
  const left = holdings.filter(({ untilAt }) => untilAt > at - KEPT);
  const held = highest(left, at);
  const isSame = held?.untilAt === before.package?.untilAt;
  const warned = isSame && before.warned;
  const looks = [
    ...unended(left, at).map(({ untilAt }) => untilAt),
    ...(held && !warned ? [Math.max(at, held.untilAt - WARNING)] : []),
  ];
  return {
    ...before,
    ...{ package: held, holdings: left, warned, asOfAt: at, version: before.version + 1 },
    dueAt: looks.length > 0 ? Math.min(...looks) : null,
  };
}

/** What is over is gone, and its owner told; before that they are warned, once. Null when it is not time for either. */
export function passTime(uid: string, member: Member | null, now: number): Member | null {
  const at = timeOf(member, now);
  if (member?.dueAt == null || member.dueAt > at) return null;
  const held = member.package;
  const after = withHoldings(member, member.holdings, at);
  const isOver = held !== null && held.untilAt <= at;
  if (isOver)
    return { ...after, ...toldOf(uid, after, 'packages-expired', `“${held.title}” has ended.`, held, at) };
  if (!after.package || after.warned || after.package.untilAt - WARNING > at) return after;
  const text = `“${after.package.title}” ends on ${dateOf(after.package.untilAt)}.`;
  const told = toldOf(uid, after, 'packages-ending', text, after.package, at);
  return withHoldings({ ...after, ...told, version: member.version, warned: true }, after.holdings, at);
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function toldOf(
  uid: string,
  member: Member,
  kind: NoticeKind,
  text: string,
  { name, untilAt }: Holding,
  at: number,
): Newsworthy {
  const event = { cause: `member.${uid}.${member.version}`, about: `members/${uid}`, at };
  return tell(member, event, [{ to: uid, kind, text, facts: { package: name, untilAt } }]);
}

type Given = Omit<Holding, 'untilAt' | 'sinceAt'> & { readonly days: number };

/**
 * A package that was paid begins; an upgrade ends when what it takes the place of would have. `at` is `timeOf` it, and
 * what is over by then has been taken away before.
 */
export function hold(uid: string, before: Member | null, { days, ...given }: Given, at: number): Member {
  const member = passTime(uid, before, at) ?? before ?? newMember;
  const base = given.upgradeOf === null ? null : packageAt(member, at);
  const untilAt = base?.untilAt ?? at + days * DAY;
  const holdings = [...member.holdings, { ...given, sinceAt: at, untilAt, stands: true }];
  const counted = { ...member, bought: member.bought + 1, standing: member.standing + 1 };
  return withHoldings(counted, holdings, at);
}

/** The money of an order went back, or came again: what it gave holds no longer, or again, if it has not ended. */
export function standOrFall(before: Member, order: string, stands: boolean, at: number): Member {
  const holdings = before.holdings.map((one) => (one.order === order ? { ...one, stands } : one));
  const counted = { ...before, standing: before.standing + (stands ? 1 : -1) };
  return withHoldings(counted, holdings, at);
}
