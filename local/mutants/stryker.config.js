/** Mutants of the domain of money, against the unit tests; `main.ts` then plays those that are left. */

export default {
  mutate: [
    'functions/src/{ledger,escrow,withdrawals,purchases}/*.ts',
    // Words, and what is no domain: doors, the store, orders of reads and writes.
    '!functions/src/**/*{.test,.contract,.handlers,.operations,.store,.texts,.views}.ts',
    '!functions/src/escrow/texts.ts',
    '!functions/src/purchases/checkout.ts',
  ],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'local/mutants/jest.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // What is made once, while a file loads, would need every test to run anew; `main.ts` plays those as well.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 20_000,
  ignorePatterns: ['.local', 'docs', 'functions/lib', 'functions/client/lib', '*.log'],
  tempDirName: '.local/stryker',
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: '.local/mutants.json' },
  disableTypeChecks: false,
  thresholds: { high: 100, low: 90, break: null },
};
