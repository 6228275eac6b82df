import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown, type OutputOptions } from 'rolldown'
import { afterAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

/** What a server's program does with the package; prints the backend that trained, and what the others said. */
const program = `
  import { bundledText, languageModel, lstm, nativeStatus, text, train } from ${JSON.stringify(join(root, 'src/node.ts'))}
  export const said = (async () => {
    const book = text('ab'.repeat(20))
    const options = { batch: 1, unroll: 1, steps: 1 }
    const done = await train(languageModel(book, { cell: lstm, hidden: 1 }), book, options).finish()
    const status = await nativeStatus()
    const whale = await bundledText().then(({ string }) => string.length, (error) => error.code + ': ' + error.message)
    console.log(JSON.stringify({ backend: done.backend, status, whale }))
  })()
`

interface Said {
  readonly backend: string
  readonly status: { readonly available: boolean; readonly why?: string }
  readonly whale: number | string
}

/** Bundles the program into a folder of its own, with or without the package installed beside it, and runs it. */
async function bundledAndRun(
  options: OutputOptions,
  define: Record<string, string>,
  installed: boolean,
): Promise<Said> {
  const home = mkdtempSync(join(tmpdir(), 'unrolled-bundled-'))
  folders.push(home)
  writeFileSync(join(home, 'program.js'), program)
  if (installed) {
    mkdirSync(join(home, 'node_modules'))
    symlinkSync(root, join(home, 'node_modules', 'unrolled'))
  }
  const bundle = await rolldown({
    input: join(home, 'program.js'),
    platform: 'node',
    resolve: { conditionNames: ['source', 'node', 'import'] },
    transform: { define },
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const extension = options.format === 'cjs' ? 'cjs' : 'mjs'
  const named = { entryFileNames: `bundle.${extension}`, chunkFileNames: `[name].${extension}` }
  await bundle.write({ ...options, ...named, dir: home })
  const env = { ...process.env, UNROLLED_BACKEND: '', UNROLLED_KERNELS: '', NODE_NO_WARNINGS: '1' }
  return JSON.parse(
    execFileSync(process.execPath, [join(home, `bundle.${extension}`)], { env, encoding: 'utf8' }),
  ) as Said
}

const library = join(root, 'native', 'build', `${process.platform}-${process.arch}.node`)
const kinds: [string, OutputOptions, Record<string, string>][] = [
  ['as ESM', { format: 'esm' }, {}],
  ['as CommonJS', { format: 'cjs' }, {}],
  // As esbuild does.
  ['as CommonJS, which knows no import.meta', { format: 'cjs' }, { 'import.meta.url': 'undefined' }],
  // As webpack does: the address of the source on the machine that made the bundle.
  ['with the address of a file that is gone', { format: 'esm' }, { 'import.meta.url': '"file:///gone/src/addon.js"' }],
]

describe.each(kinds)('a bundle for Node, %s', (_, options, define) => {
  test('away from the package trains on WebAssembly, and says what it did not find', async () => {
    const { backend, status, whale } = await bundledAndRun(options, define, false)
    expect(backend).toBe('wasm')
    expect(status).toEqual({ available: false, why: expect.stringContaining('unrolled is not installed') as string })
    expect(whale).toMatch(/^file: .*dist\/data\/moby-dick\.txt\.gz/)
  })
})

test.skipIf(!existsSync(library)).each(kinds.slice(0, 3))(
  'a bundle for Node, %s, beside the package trains on the native backend',
  async (_, options, define) => {
    const { backend, status, whale } = await bundledAndRun(options, define, true)
    expect(backend).toBe('native')
    expect(status.available).toBe(true)
    expect(whale).toEqual(
      existsSync(join(root, 'dist/data/moby-dick.txt.gz')) ? expect.any(Number) : expect.stringMatching(/^file: /),
    )
  },
)
