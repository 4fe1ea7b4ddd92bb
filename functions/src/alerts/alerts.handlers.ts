import type { z } from 'zod';
import { find } from '../platform/firestore.ts';
import { serveCalls } from '../platform/serve.ts';
import type { Handlers } from '../shared/call.ts';
import type { Alert } from './alert.ts';
import { alertsContract, type AlertView } from './alerts.contract.ts';
import { closeOne } from './alerts.operations.ts';
import { alertsIn } from './alerts.store.ts';

const handlers: Handlers<typeof alertsContract> = {
  list: async ({ status, ...page }) => {
    const found = await find(alertsIn(status, page));
    const next = found.length === page.limit ? found.at(-1)!.id : null;
    return { alerts: found.map(({ id, doc }) => view(id, doc)), next };
  },
  close: async ({ alert, reason }, { uid, role, ip }, at) =>
    view(alert, await closeOne(alert, { uid, role: role ?? '', ip, reason }, at)),
};

function view(id: string, alert: Alert): z.input<typeof AlertView> {
  const { kind, severity, status, title, explanation, facts, about, at } = alert;
  const closed =
    alert.status === 'closed' ? { at: alert.closedAt, by: alert.closedBy, reason: alert.reason } : null;
  return { id, kind, severity, status, title, explanation, facts: { ...facts }, about, at, closed };
}

export const alerts = serveCalls('alerts', alertsContract, handlers);
