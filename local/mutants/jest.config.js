import jest from '../../jest.config.js';

const [unit] = jest.projects;

/** The tests of the domain of money alone: what is elsewhere would take long for each mutant, and says little of it. */
export default {
  ...unit,
  rootDir: '../..',
  testMatch: [
    '<rootDir>/functions/src/{ledger,escrow,withdrawals,purchases}/*.test.ts',
    '<rootDir>/functions/src/{jobs,clearance,payments,refunds,chargebacks,adjustments,audit,wallet}/*.test.ts',
  ],
  moduleNameMapper: { ...unit.moduleNameMapper, '^fast-check$': '<rootDir>/local/mutants/few.js' },
  testSequencer: '<rootDir>/local/mutants/fast-first.js',
  testTimeout: 60_000,
};
