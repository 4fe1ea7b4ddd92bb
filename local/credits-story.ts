import { randomUUID } from 'node:crypto';
import type { Name, Player } from './cast.ts';
import { payOnPage } from './steps.ts';
import type { Stack } from './stack.ts';
import type { Say } from './story.ts';

/** Metered work: credits are bought, and spent on what an outside provider makes. Nobody pays for a failure. */

type People = Record<Name, Player>;

export async function tellCreditsStory(stack: Stack, { second }: People, say: Say) {
  say('Credits are bought, and nobody pays for a failure');
  const bought = await buyCredits(stack, second);
  say(`  second buys ${bought.credits} credits; the wallet holds ${await creditsOf(second)}`);
  const success = await succeed(stack, second);
  say(`  a picture is made for ${success.price}: ${success.resultUrl ?? 'none'}`);
  const failure = await failing(stack, second);
  say(`  the provider refuses another (${failure.code ?? ''}): all ${failure.back} come back`);
  const silent = await silence(stack, second);
  say(`  a third is taken, and nobody hears of it again: at its deadline all ${silent.back} come back`);
  const late = await comesLate(stack, second, silent.id);
  say(`  the provider is done after all: the platform bears it, and the wallet holds ${late.available}`);
  return {
    bought: { credits: bought.credits, price: bought.price },
    success: { status: success.status, price: success.price },
    failure: { status: failure.status, code: failure.code, refunded: failure.refunded, back: failure.back },
    silent: { status: silent.status, code: silent.code, refunded: silent.refunded, back: silent.back },
    late,
  };
}

async function buyCredits(stack: Stack, buyer: Player) {
  const item = { kind: 'credits', pack: 'some' } as const;
  const order = await buyer.api.purchases.create({ requestId: randomUUID(), provider: 'stripe', item });
  if (order.checkoutUrl === null) throw new Error('No checkout page.');
  await payOnPage(order.checkoutUrl);
  await stack.idle();
  return order;
}

const creditsOf = async (player: Player): Promise<number> => (await player.api.lots.list({})).available;

const start = (player: Player, prompt: string) =>
  player.api.generations.start({ requestId: randomUUID(), kind: 'image', prompt });

async function succeed(stack: Stack, player: Player) {
  const { id } = await start(player, 'A lighthouse at dusk');
  await stack.advance('1s');
  await stack.atelier.finish('succeeded');
  return player.api.generations.get({ generation: id });
}

async function failing(stack: Stack, player: Player) {
  stack.atelier.faults.refuse = 400;
  const { id } = await start(player, 'A lighthouse at noon');
  await stack.advance('1s');
  stack.atelier.heal();
  return player.api.generations.get({ generation: id });
}

async function silence(stack: Stack, player: Player) {
  const { id } = await start(player, 'A lighthouse at dawn');
  await stack.advance('1s');
  await stack.advance('15m');
  return player.api.generations.get({ generation: id });
}

async function comesLate(stack: Stack, player: Player, generation: string) {
  await stack.atelier.finish('succeeded');
  await stack.idle();
  const { status } = await player.api.generations.get({ generation });
  return { status, available: await creditsOf(player) };
}
