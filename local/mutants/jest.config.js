import jest from '../../jest.config.js';

const [unit] = jest.projects;

/** The tests of pure code alone: those of the whole repository look at its files, and a mutant’s are changed. */
export default {
  ...unit,
  rootDir: '../..',
  testMatch: ['<rootDir>/functions/src/**/*.test.ts'],
  testTimeout: 60_000,
};
