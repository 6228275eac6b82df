import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const entryLimit = 73_000
/** All there is: with the compiler, what trains, and both backends, which load when they are first used. */
const wholeLimit = 160_000

/** The files of a page that imports this, and how large they are gzipped. */
async function filesOf(code: string) {
  const page = join(import.meta.dirname, 'page.ts')
  const bundle = await rolldown({
    input: page,
    platform: 'browser',
    plugins: [
      { name: 'page', load: (id) => (id === page ? code : null), resolveId: (id) => (id === page ? id : null) },
    ],
    resolve: { conditionNames: ['source', 'browser', 'import'] },
    // What cannot be resolved in a page must fail, not be left for the page to find.
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({ minify: true, format: 'esm' })
  return output.map((file) => {
    if (file.type !== 'chunk') throw new Error(`${file.fileName} is no code`)
    return { ...file, bytes: gzipSync(file.code, { level: 9 }).length }
  })
}

type Files = Awaited<ReturnType<typeof filesOf>>
const sum = (files: Files): number => files.reduce((total, { bytes }) => total + bytes, 0)

/** The entry and what it imports at once. */
function atOnce(files: Files): Files {
  const [entry] = files
  return files.filter((file) => file === entry || entry!.imports.includes(file.fileName))
}

const entry = '../../src/index.ts'

test(`the browser entry has no dependencies and is at most ${entryLimit} bytes gzipped`, async () => {
  const files = await filesOf(`export * from '${entry}'`)
  const names = files.map(({ fileName }) => fileName)
  for (const { imports, dynamicImports } of files) {
    expect([...imports, ...dynamicImports].filter((name) => !names.includes(name))).toEqual([])
  }
  const first = atOnce(files)
  expect(files.filter((file) => !first.includes(file) && file.name === 'page-backend')).toHaveLength(1)
  expect(sum(first)).toBeLessThanOrEqual(entryLimit)
  expect(sum(files)).toBeLessThanOrEqual(wholeLimit)
})

test.each([
  ['runs a layer', 'forward, linear', { first: 8_000, all: 72_000 }],
  ['predicts by a model file', 'decodeModel, predict', { first: 43_000, all: 104_000 }],
])('a page that %s loads no more than that takes: { %s }', async (_, names, limit) => {
  const files = await filesOf(`export { ${names} } from '${entry}'`)
  const found = { first: sum(atOnce(files)), all: sum(files) }
  expect(found.first).toBeLessThanOrEqual(limit.first)
  expect(found.all).toBeLessThanOrEqual(limit.all)
})
