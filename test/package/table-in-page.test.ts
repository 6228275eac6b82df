import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'

/** What of a page's globals reading needs. */
const page = { TextDecoder, TextEncoder, Blob, Response, DecompressionStream, setTimeout, console }

test('what is bundled for a page reads tables there, without anything of Node', { timeout: 60_000 }, async () => {
  const program = join(import.meta.dirname, 'table-in-page-program.ts')
  const source = `
    import { table } from '../../src/index.ts'
    globalThis.done = (async () => {
      const found = await table('day;price;name\\n2024-01-31;1,5;"a;b"\\n2024-02-01;2,5;é\\n')
      const wrong = await table('a,b\\n1,2\\n3\\n').catch((error) => error.message)
      return [found.description, Array.from(found.column('price').values), found.column('name').values, typeof Buffer, typeof process, wrong]
    })()`
  const bundle = await rolldown({
    input: program,
    platform: 'browser',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === program ? id : null),
        load: (id) => (id === program ? source : null),
      },
    ],
    resolve: { conditionNames: ['source', 'browser', 'import'] },
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false })
  const globals = { ...page, done: undefined as unknown }
  runInNewContext(output[0].code, globals)
  expect(JSON.parse(JSON.stringify(await globals.done))).toEqual([
    'the table: 2 rows; semicolons, decimal comma, header; day: dates, price: numbers, name: text',
    [1.5, 2.5],
    ['a;b', 'é'],
    'undefined',
    'undefined',
    'the table, row 3: it has 1 cell, row 1 has 2 cells; a cell with "," inside stands in quotes, and delimiter: says what stands between cells',
  ])
})
