import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

const entry = '../../src/index.ts'
const entryLimit = 112_500
/** All there is: with the compiler, what trains, both backends and what reads tables and series, which load when they are first used. */
const wholeLimit = 312_000

/**
 * The files of a page that imports these names, `*` for all of them, and how large they are gzipped. A page uses what it imports and
 * exports nothing, so that what it loads later may share the code it has.
 */
async function filesOf(names: string) {
  const imported = names === '*' ? '* as used' : `{ ${names} }`
  const code = `import ${imported} from '${entry}'; globalThis.used = ${names === '*' ? 'used' : `{ ${names} }`}`
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

/** A file, the page's own unless another is named, and all that must be there before it runs. */
function atOnce(files: Files, which = files[0]!.name): Files {
  const first = new Set(files.filter(({ name }) => name === which))
  for (const { imports } of first) {
    for (const name of imports) first.add(files.find(({ fileName }) => fileName === name)!)
  }
  return [...first]
}

test(`the browser entry has no dependencies and is at most ${entryLimit} bytes gzipped`, async () => {
  const files = await filesOf('*')
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
  ['runs a layer', 'forward, linear', { first: 7_200, all: 71_800 }],
  ['trains and writes text', 'text, languageModel, lstm, train, generate', { first: 51_000, all: 171_200 }],
  ['trains a classifier', 'labelled, classifier, gru, train, predict, evaluate', { first: 68_500, all: 195_700 }],
  ['predicts by a model file', 'decodeModel, predict', { first: 63_000, all: 147_200 }],
])('a page that %s loads no more than that takes: { %s }', async (_, names, limit) => {
  const files = await filesOf(names)
  const found = { first: sum(atOnce(files)), all: sum(files) }
  expect(found.first).toBeLessThanOrEqual(limit.first)
  expect(found.all).toBeLessThanOrEqual(limit.all)
})

test('a page that trains and keeps no checkpoint fetches nothing that writes or reads files of models', async () => {
  const files = await filesOf('text, languageModel, lstm, train')
  const holding = files.filter(({ modules }) => Object.keys(modules).some((id) => id.endsWith('formats/model-file.ts')))
  expect(holding.map(({ name }) => name)).toEqual(['stored-run'])
  expect(atOnce(files, 'events-of-run')).not.toContain(holding[0])
})
