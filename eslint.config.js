import securityRules from '@firebase/eslint-plugin-security-rules';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  {
    ignores: [
      'functions/lib/**',
      'functions/client/lib/**',
      '**/node_modules/**',
      'coverage/**',
      '.local/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // With noUncheckedIndexedAccess, `!` is how code says that an index was checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  // Google's own parser and its recommended rules, for firestore.rules and storage.rules. What 0.0.2 does not
  // do: it knows no `eslint-disable` comments; open reads and writes are seen only as `allow … read …: if true`
  // or `write` in those words (`get: if true` and `read;` pass); open writes and doubled blocks are looked for
  // only in a file called firestore.rules. functions/test/rules/shape.test.ts finds those others.
  {
    files: ['**/*.rules'],
    extends: [securityRules.configs['flat/recommended']],
    // A warning would pass; nothing here is open to everybody.
    rules: { '@firebase/security-rules/no-open-reads': 'error' },
  },
);
