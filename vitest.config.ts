import { defineConfig } from 'vitest/config'

const report = process.env['UNROLLED_TEST_REPORT']

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Those run in a page: npm run test:browser.
    exclude: ['test/browser/pages/**'],
    // One fewer is the default, which of two cores leaves one idle.
    maxWorkers: '100%',
    setupFiles: ['test/check-places.ts'],
    testTimeout: 60_000,
    ...(report && { reporters: ['default', ['json', { outputFile: report }]] }),
  },
})
