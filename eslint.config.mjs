import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name, so that one thing has one name everywhere.',
}

const noEnvironment = {
  object: 'process',
  property: 'env',
  message: 'Only main.ts and cli.ts read the environment; everything else is given a Config.',
}

export default defineConfig(
  globalIgnores(['dist/', 'dist-bench/', 'dist-example/', 'coverage/', 'node_modules/', '.data/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // The one configuration of the compiler that knows src, test, bench and example alike.
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // An argument that GraphQL leaves out and one that it gives as null are asked for together.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      'no-restricted-properties': ['error', noEnvironment],
      // Express tells an error handler by its four parameters; the one that is not needed begins with _.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // What was caught as unknown may be thrown on.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      // The kinds of operations and nodes that graphql exports are texts, and read best as such.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // It does not know that the first element of a list may be missing.
      '@typescript-eslint/no-useless-default-assignment': 'off',
      // A function may be async because its type is, and may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // It overflows the stack on graphql's recursive types.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Our objects are closures: their functions have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/cli.ts', 'src/main.ts', 'src/*-command.ts', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/cli.ts', 'src/main.ts', 'test/**', 'bench/**', 'example/main.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Bodies of answers and rows of queries have no type, and an expectation is their check.
    files: ['test/**', 'bench/**'],
    rules: {
      // A test that saw files, or was given a seed, says so.
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Jest takes these two by their default export.
    files: ['test/support/global-*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'readonly', require: 'readonly' } },
  },
)
