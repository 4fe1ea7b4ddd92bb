/**
 * The functions' structured log is for Cloud Logging; in a test run it would bury the results. It is kept
 * back unless COFFER_LOGS is set. To be loaded before firebase-functions, which keeps the console it finds.
 */
if (process.env.COFFER_LOGS === undefined) {
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const write = console[level].bind(console);
    console[level] = (...parts: unknown[]) => {
      if (typeof parts[0] === 'string' && /^\{.*"severity":/.test(parts[0])) return;
      write(...parts);
    };
  }
}
