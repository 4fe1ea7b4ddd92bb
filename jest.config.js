const transform = {
  '^.+\\.(t|j)s$': [
    '@swc/jest',
    { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};
/** These are ESM only; firebase-admin brings jose. */
const transformIgnorePatterns = [
  '/node_modules/(?!(jose|canonicalize|emulate|@emulators|intl-messageformat|@formatjs)/)',
];

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  transform,
  transformIgnorePatterns,
  moduleNameMapper: { '^emulate$': '<rootDir>/node_modules/emulate/dist/api.js' },
  extensionsToTreatAsEsm: [],
  testEnvironment: 'node',
  ...more,
});

export default {
  maxWorkers: 2,
  // Nothing here is asserted about time; a busy machine is not a failure.
  testTimeout: 180_000,
  projects: [
    project('unit', [
      '<rootDir>/functions/src/**/*.test.ts',
      '<rootDir>/functions/client/src/*.test.ts',
      '<rootDir>/functions/test/*.test.ts',
    ]),
    // On real emulators: one Firestore for each worker, one Auth for all.
    project(
      'cloud',
      [
        '<rootDir>/functions/test/flows/**/*.test.ts',
        '<rootDir>/functions/test/rules/**/*.test.ts',
        '<rootDir>/local/**/*.test.ts',
        '<rootDir>/bench/**/*.test.ts',
      ],
      {
        globalSetup: '<rootDir>/local/jest/global-setup.ts',
        globalTeardown: '<rootDir>/local/jest/global-teardown.ts',
        setupFiles: ['<rootDir>/local/jest/quiet.ts'],
      },
    ),
  ],
};
