/** Folders whose rules are the product: every branch of them is a test. */
const coveredCompletely = ['registry', 'redirects', 'decide', 'access'];

/** As the build's, but for import(), which jest can only do as require(). */
const tsconfig = {
  target: 'ES2023',
  module: 'CommonJS',
  moduleResolution: 'Node10',
  esModuleInterop: true,
  resolveJsonModule: true,
  isolatedModules: true,
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/tests/support/before-all.ts',
  testSequencer: '<rootDir>/tests/support/slow-first.mjs',
  reporters: ['default', '<rootDir>/tests/support/summary-reporter.mjs'],
  // No others: what is counted runs slower. What is in packing/ is WebAssembly when it runs, which Istanbul cannot see into.
  collectCoverageFrom: [...coveredCompletely.map((folder) => `app/${folder}/**/*.ts`), '!app/redirects/packing/**'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  coverageThreshold: Object.fromEntries(
    coveredCompletely.map((folder) => [
      `./app/${folder}/`,
      { branches: 100, functions: 100, lines: 100, statements: 100 },
    ]),
  ),
  maxWorkers: 2,
  // One that has run many suites is slow: what they loaded is never quite given back.
  workerIdleMemoryLimit: '300MB',
  testTimeout: 120_000,
};
