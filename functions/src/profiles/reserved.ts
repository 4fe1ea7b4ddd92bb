/** What nobody may be called, and nothing that looks like it: names of the house, of its roles, and of places. */
export const reserved: readonly string[] = [
  ...['admin', 'administrator', 'root', 'system', 'platform', 'coffer', 'official', 'staff', 'team', 'owner'],
  ...['support', 'finance', 'moderator', 'superadmin', 'security', 'billing', 'payments', 'payouts', 'help'],
  ...['escrow', 'wallet', 'treasury', 'bank', 'refunds', 'disputes', 'legal', 'abuse', 'contact', 'info'],
  ...['api', 'www', 'app', 'mail', 'login', 'logout', 'signup', 'settings', 'profile', 'profiles', 'users'],
  ...['null', 'undefined', 'anonymous', 'unknown', 'everyone', 'nobody', 'deleted', 'webmaster', 'stripe'],
];
