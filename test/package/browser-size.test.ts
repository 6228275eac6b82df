import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const limit = 60_000

test(`the browser entry is one file without dependencies, at most ${limit} bytes gzipped`, async () => {
  const bundle = await rolldown({
    input: join(import.meta.dirname, '../../src/index.ts'),
    platform: 'browser',
    resolve: { conditionNames: ['source', 'browser', 'import'] },
    // What cannot be resolved in a page must fail, not be left for the page to find.
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({ minify: true, format: 'esm' })
  expect(
    output.map((file) => (file.type === 'chunk' ? [...file.imports, ...file.dynamicImports] : [file.fileName])),
  ).toEqual([[]])
  const [chunk] = output
  expect(gzipSync(chunk.code, { level: 9 }).length).toBeLessThanOrEqual(limit)
})
