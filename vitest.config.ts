import { defineConfig } from 'vitest/config'

const report = process.env['UNROLLED_TEST_REPORT']

/** Each in a process of its own: those that put something in the place of modules, and those that take hundreds of megabytes. */
export const alone = [
  'test/backends/native-backend.test.ts',
  'test/backends/wasm-distant.test.ts',
  'test/backends/wasm-threads.test.ts',
  'test/files/folder-gone.test.ts',
  'test/files/full-disk.test.ts',
  'test/files/read-table.test.ts',
  'test/runtime/surroundings.test.ts',
  'test/runtime/turn.test.ts',
  'test/tasks/tasks.test.ts',
]

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // One fewer is the default, which of two cores leaves one idle.
    maxWorkers: '100%',
    setupFiles: ['test/check-places.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a test did to globals is over with it, whichever comes next in the same process.
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
    ...(report && { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'together',
          // The sources are read once for all of them, not for each: half of the time that most take.
          isolate: false,
          include: ['test/**/*.test.ts'],
          // Those in pages run in one: npm run test:browser.
          exclude: ['test/browser/pages/**', ...alone],
        },
      },
    ],
  },
})
