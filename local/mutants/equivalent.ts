/** Mutants that change nothing that anybody could see, by a part of the line they are on, and why. */
export const equivalent: readonly { readonly file: string; readonly line: string; readonly why: string }[] = [
  {
    file: 'escrow/progress.ts',
    line: "from.status === 'submitted' && from.note",
    why: 'a note is in that state alone',
  },
  {
    file: 'escrow/progress.ts',
    line: "from.status === 'revision' && from.wish",
    why: 'a wish is in that state alone',
  },
  {
    file: 'escrow/progress.ts',
    line: "escrow.status === 'disputed' &&",
    why: 'who opened it is in that state alone',
  },
  {
    file: 'ledger/ledger.ts',
    line: "if (place.kept === 'wallet') deltas",
    why: 'only legs of a wallet get there; asked for the types',
  },
  {
    file: 'ledger/ledger.ts',
    line: "place.kept === 'document' && place.of === of",
    why: 'other places are of nothing',
  },
  {
    file: 'ledger/chain.ts',
    line: "canonicalize(entry) ?? ''",
    why: 'there is a text of everything but undefined',
  },
  {
    file: 'ledger/chart.ts',
    line: 'const heldAccount',
    why: 'what is before the end of the pattern takes all there is',
  },
  {
    file: 'ledger/chart.ts',
    line: '[/^chargeback:.+$/s',
    why: 'what is before the end of the pattern takes all there is',
  },
  {
    file: 'withdrawals/decisions.ts',
    line: "if (!('approvedBy' in withdrawal)) return false;",
    why: 'nobody is undefined',
  },
  {
    file: 'withdrawals/payout.ts',
    line: "const there = destination.kind === 'connected'",
    why: 'a bank has no account, which differs as well',
  },
  {
    file: 'purchases/payment.ts',
    line: "case 'expired':",
    why: 'a failed order is looked at in the same way',
  },
  {
    file: 'purchases/order.ts',
    line: "'expired', 'not_paid', at",
    why: 'an order that is over does not keep why',
  },
  {
    file: 'purchases/purchase.ts',
    line: "{ id: named = '', attempt }",
    why: 'no order is named by any text without a ~',
  },
];
