import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const entryLimit = 70_000
/** All there is: with the compiler, what trains, and both backends, which load when they are first used. */
const wholeLimit = 130_000

test(`the browser entry has no dependencies and is at most ${entryLimit} bytes gzipped`, async () => {
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
  const files = output.map((file) => {
    if (file.type !== 'chunk') throw new Error(`${file.fileName} is no code`)
    return { ...file, bytes: gzipSync(file.code, { level: 9 }).length }
  })
  const names = files.map(({ fileName }) => fileName)
  for (const { imports, dynamicImports } of files) {
    expect([...imports, ...dynamicImports].filter((name) => !names.includes(name))).toEqual([])
  }
  // The entry, what it imports at once, and the rest.
  const [entry, ...others] = files
  const atOnce = others.filter(({ fileName }) => entry!.imports.includes(fileName))
  const wasm = others.filter(({ name }) => name === 'page-backend')
  expect(wasm).toHaveLength(1)
  const first = [entry!, ...atOnce].reduce((sum, { bytes }) => sum + bytes, 0)
  expect(first).toBeLessThanOrEqual(entryLimit)
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(wholeLimit)
})
