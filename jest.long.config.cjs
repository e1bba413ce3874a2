const usual = require('./jest.config.cjs')

/** One file at a time: these measure, or load the machine until something gives. */
module.exports = {
  ...usual,
  testMatch: ['<rootDir>/test/long/**/*.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  testTimeout: 30 * 60_000,
}
