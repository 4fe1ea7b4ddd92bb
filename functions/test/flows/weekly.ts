import { requestId, type Actor, type FlowStage } from './stage.ts';

/** What people do who are paid every week. Amounts in paise. */

const reason = 'Looked at it.';
export const inr = (amount: number) => ({ amount, currency: 'INR' }) as const;

/** Money in INR, as it comes by the bank. */
export async function givenRupees(finance: Actor, { uid, api }: Actor, amount: number): Promise<void> {
  const [reference, proof] = [requestId(), `proofs/${uid}/slip.pdf`];
  const order = { requestId: requestId(), amount: inr(amount), reference, proof };
  const { id: deposit } = await api.deposits.submit(order);
  await finance.api.deposits.verify({ deposit, amount: inr(amount), reference, reason });
}

export async function known(finance: Actor, { uid, api }: Actor): Promise<void> {
  const paper = (name: string) => `kyc/${uid}/${name}.jpg`;
  const documents = {
    ...{ id_front: paper('front'), id_back: paper('back') },
    ...{ selfie: paper('selfie'), proof_of_address: paper('letter') },
  };
  const asked = { requestId: requestId(), name: 'Ann Example', country: 'IN', documents };
  const { application } = await api.kyc.submit(asked);
  await finance.api.kyc.review({ uid, application: application ?? '', decision: 'verify', reason });
}

export async function upiOf(finance: Actor | null, { uid, api }: Actor, upi: string): Promise<string> {
  const details = { kind: 'upi', holder: 'Ann Example', upi, currency: 'INR' } as const;
  const { id: destination } = await api.destinations.save({ requestId: requestId(), ...details });
  await finance?.api.destinations.verify({ uid, destination, decision: 'verify', reason });
  return destination;
}

export type Earner = Actor & { readonly destination: string };

/** Somebody who has this much, may withdraw it, and wishes it every week. */
export async function earner(stage: FlowStage, finance: Actor, amount: number): Promise<Earner> {
  const person = await stage.actor();
  if (amount > 0) await givenRupees(finance, person, amount);
  await known(finance, person);
  const destination = await upiOf(finance, person, 'ann.example@okbank');
  await person.api.payruns.join({ destination });
  return { ...person, destination };
}

const DAY = 24 * 3600 * 1000;

/** To the next Monday, an hour before the run: nothing of the days between is played. */
export function toSunday(stage: FlowStage): void {
  const now = stage.cloud.clock.now();
  const midnight = now - (now % DAY) + DAY;
  const monday = midnight + ((8 - new Date(midnight).getUTCDay()) % 7) * DAY;
  stage.cloud.clock.move(monday + 4 * 3600 * 1000 - now);
}
