/** Warnings and errors of the functions are for the person at the terminal; the rest of their log is not. */
for (const level of ['debug', 'info', 'log'] as const) {
  const write = console[level].bind(console);
  console[level] = (...parts: unknown[]) => {
    if (typeof parts[0] === 'string' && /^\{.*"severity":/.test(parts[0])) return;
    write(...parts);
  };
}
