/** On what ground of law something is erased or kept, and for how long. The operator’s own law may say more. */
export const grounds = {
  request: {
    why: 'Nothing demands that it be kept.',
    law: 'GDPR Art. 17(1)',
    for: 'until they ask to be erased',
  },
  identity: {
    why: 'Who pays people out may have to know whom, years afterwards.',
    law: 'GDPR Art. 17(3)(b); Directive (EU) 2015/849 Art. 40(1)',
    for: 'KYC_KEEP_DAYS after they ask, if it was verified: five years, or 0 where no such law binds you',
  },
  books: {
    why: 'A booking without its voucher proves nothing.',
    law: 'GDPR Art. 17(3)(b); the bookkeeping law of the operator’s country',
    for: 'as long as that law says, commonly ten years',
  },
  tax: {
    why: 'Invoices have to be kept as they were issued.',
    law: 'GDPR Art. 17(3)(b); Directive 2006/112/EC Art. 244 to 247, and the country’s own period',
    for: 'as long as that law says, commonly ten years',
  },
  claims: {
    why: 'The other side keeps what it was told, and what may be argued about.',
    law: 'GDPR Art. 17(3)(e)',
    for: 'until it is erased itself, or nothing can be claimed any more',
  },
  trace: {
    why: 'Whoever uses power over others’ money answers for it.',
    law: 'GDPR Art. 5(2), 17(3)(b) and (e)',
    for: 'as long as the books that it is about',
  },
  pseudonym: {
    why: 'Every entry is hashed with the one before it: without the uid no balance could be proved.',
    law: 'GDPR Art. 11 and 17(3)(b)',
    for: 'as long as the books',
  },
} as const;
export type Ground = keyof typeof grounds;
