/** What is asked of a provider that collects every month, and what it may be believed. No I/O here. */
import type { Currency, Minor } from '../shared/money.ts';

/** Another tier is a line more here, a price at the provider, and what it gives. */
export const tiers = ['basic', 'pro', 'studio'] as const;
export type Tier = (typeof tiers)[number];

/** `active`: what is due is paid, or is not due yet. `unpaid`: the payer has to do something. */
export type SubscriptionStatus = 'incomplete' | 'active' | 'unpaid' | 'ended';

/** What the provider says about a subscription, now. */
export type SubscriptionReport = {
  readonly subscription: string;
  /** Whose it is and what for, by what we wrote into it when we made it. */
  readonly uid: string;
  /** Under which it was opened; '' for one that has none. */
  readonly name: string;
  /** By the price that is charged, so a change at the provider is one here; null for a price that is none of ours. */
  readonly tier: Tier | null;
  readonly status: SubscriptionStatus;
  /** Whether it ends with its period. */
  readonly ending: boolean;
  /** The period that it is in. */
  readonly startAt: number;
  readonly endAt: number;
  /** Its last invoice; `payment` is the provider's id of what paid it, '' where nothing was to pay. */
  readonly invoice: {
    readonly id: string;
    readonly paid: boolean;
    readonly startAt: number;
    readonly amount: Minor;
    readonly currency: Currency | null;
    readonly payment: string;
  } | null;
  /** For the app alone, while something is to be paid; else ''. Never stored, never logged. */
  readonly clientSecret: string;
};

/** All of them throw ProviderRefused and ProviderUnavailable. */
export type SubscriptionGateway = {
  openCustomer(uid: string): Promise<string>;
  /** @param name is the idempotency key: the same again is the same subscription */
  open(order: {
    readonly name: string;
    readonly uid: string;
    readonly customer: string;
    readonly tier: Tier;
  }): Promise<SubscriptionReport>;
  /** Null when the provider has none of that id, or it is none of ours. */
  ask(subscription: string): Promise<SubscriptionReport | null>;
  /** Another tier, with a period that begins now and is charged now. */
  change(subscription: string, tier: Tier, name: string): Promise<SubscriptionReport>;
  /** Ends it with its period, or goes on after all. */
  stop(subscription: string, ending: boolean): Promise<SubscriptionReport>;
};
