import { logger } from 'firebase-functions/logger';
import { onRequest, type Request } from 'firebase-functions/https';
import type { Response } from 'express';
import type { z } from 'zod';
import { codeOf } from '../codes/codes.operations.ts';
import { collections } from '../collections.ts';
import { addressOf } from '../platform/address.ts';
import { now } from '../platform/clock.ts';
import { find, load } from '../platform/firestore.ts';
import { observe } from '../platform/observe.ts';
import { appUrl, region, sealingKey, trustedProxies } from '../platform/params.ts';
import { serveCalls, serveSchedule, serveWritten } from '../platform/serve.ts';
import { mustBeReady } from '../platform/settings.ts';
import { baseUrl } from '../platform/tasks.ts';
import type { Handlers } from '../shared/call.ts';
import { Refusal } from '../shared/refusal.ts';
import { PlainId } from '../shared/schema.ts';
import { drawBanner } from './banners.gateway.ts';
import { rateBps, statsOf, type Counts } from './clickday.ts';
import { countClick, foldAll } from './clicks.operations.ts';
import { targetOf, type Link } from './link.ts';
import { linksContract } from './links.contract.ts';
import { countConversion, countSale, makeLink, sweepConversions } from './links.operations.ts';
import { clickDaysOf, linksBy } from './links.store.ts';
import { shared } from './share.ts';
import { isPerson } from './visitor.gateway.ts';

const urlOf = (id: string): string => `${baseUrl()}/links-click/${id}`;

const view = (id: string, { channel, path, createdAt }: Link) => ({
  ...{ id, channel, path, createdAt },
  url: urlOf(id),
});

/** @throws Refusal `not_found`, the same for one that there is not and one of others. */
async function mustBeOf(uid: string, id: string): Promise<Link> {
  const link = await load(collections.links.doc(id));
  if (link?.uid !== uid) throw new Refusal('not_found', { what: 'link', id });
  return link;
}

const counted = <T extends Counts>(counts: T) => ({ ...counts, rateBps: rateBps(counts) });

const handlers: Handlers<typeof linksContract> = {
  make: async ({ channel, path }, { uid, ip }, at) => {
    const code = await codeOf({ uid, device: null, ip, at });
    const { id, link } = await makeLink({ uid, channel, path, code, createdAt: at });
    return view(id, link);
  },
  list: async (page, { uid }) => {
    if (page.after !== undefined) await mustBeOf(uid, page.after);
    const found = await find(linksBy(uid, page));
    const next = found.length === page.limit ? found.at(-1)!.id : null;
    return { links: found.map(({ id, doc }) => view(id, doc)), next };
  },
  stats: async (span, { uid }) => {
    const found = await find(clickDaysOf(uid, span));
    const { total, days, channels, links } = statsOf(found.map(({ doc }) => doc));
    return {
      total: counted(total),
      ...{ days: days.map(counted), channels: channels.map(counted), links: links.map(counted) },
    } satisfies z.input<typeof linksContract.stats.output>;
  },
  share: async ({ link: id, language }, { uid }) => {
    const { code } = await mustBeOf(uid, id);
    return { shares: shared(urlOf(id), code, language) };
  },
  banner: async ({ link: id, size, language }, { uid }) => {
    const { code } = await mustBeOf(uid, id);
    const svg = await drawBanner(size, code, language);
    return { filename: `banner-${size}-${language}.svg`, contentType: 'image/svg+xml', svg };
  },
};

/**
 * `GET /links-click/<id>`: sends whoever follows a link on, and counts them. Whatever happens to the counting, they get
 * there; and wherever a link says, it is a page of the app.
 */
async function follow(request: Request, response: Response): Promise<void> {
  const { method, headers, path } = request;
  if (method !== 'GET' && method !== 'HEAD') return void response.status(405).send({ error: 'GET only' });
  const named = PlainId.safeParse(path.replace(/^\//, ''));
  const id = named.success ? named.data : '';
  const link = named.success ? await load(collections.links.doc(id)) : null;
  const address = addressOf(request, trustedProxies.value());
  if (link && address !== null && isPerson(method, headers))
    await countClick(id, link, address, now()).catch((error: unknown) => {
      logger.error('a click was not counted', error);
    });
  response.set('cache-control', 'no-store').set('referrer-policy', 'no-referrer');
  response.redirect(302, targetOf(appUrl.value(), id, link));
}

export const links = {
  ...serveCalls('links', linksContract, handlers, { secrets: [sealingKey] }),
  click: onRequest(
    { region, secrets: [sealingKey], invoker: 'public', cors: false },
    async (request, response) => {
      mustBeReady([sealingKey]);
      await observe({ operation: 'links-click' }, () => follow(request, response));
    },
  ),
  /** Whether they came by a link says the referral, or their own document. */
  attached: serveWritten('referrals', countConversion),
  bought: serveWritten('orders', async (_, at, written) => {
    if (written('doneAt') !== undefined) await countSale(String(written('uid')), at);
  }),
  fold: serveSchedule('*/10 * * * *', async (at) => {
    await foldAll(at);
    await sweepConversions(at);
  }),
};
