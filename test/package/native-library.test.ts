import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'unrolled-native-'))
const installed = join(home, 'node_modules', 'unrolled')
afterAll(() => rmSync(home, { recursive: true }))

/** The package as it lies in a project where no install script ran. */
mkdirSync(installed, { recursive: true })
for (const path of ['package.json', 'dist']) cpSync(join(root, path), join(installed, path), { recursive: true })
const script = join(home, 'train.mjs')
writeFileSync(
  script,
  `import { languageModel, lstm, text, train } from 'unrolled'
   const book = text('ab'.repeat(20))
   const options = { batch: 1, unroll: 1, steps: 1 }
   for (let i = 0; i < 2; i++) {
     const done = await train(languageModel(book, { cell: lstm, hidden: 1 }), book, options).finish()
     console.log(done.backend)
   }`,
)
const run = (): { out: string; err: string } => {
  const env = { ...process.env, UNROLLED_BACKEND: '', UNROLLED_KERNELS: '', NODE_NO_WARNINGS: '' }
  const { stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' })
  return { out: stdout, err: stderr }
}

test('without a library WebAssembly serves, and it is said once how to get one', () => {
  const { out, err } = run()
  expect(out).toBe('wasm\nwasm\n')
  expect(err.match(/npx unrolled native build/g)).toHaveLength(1)
})

const library = join(root, 'native', 'build', `${process.platform}-${process.arch}.node`)

test.skipIf(!existsSync(library))('a package with a library for this platform is found', () => {
  execFileSync(process.execPath, [join(root, 'scripts', 'prebuilt.mjs'), join(home, 'node_modules')])
  expect(run()).toEqual({ out: 'native\nnative\n', err: '' })
})

test('a library that does not load is no obstacle, and the reason is told', () => {
  const name = `@unrolled/native-${process.platform}-${process.arch}`
  const folder = join(home, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: 'unrolled.node' }))
  writeFileSync(join(folder, 'unrolled.node'), 'no library')
  const { out, err } = run()
  expect(out).toBe('wasm\nwasm\n')
  expect(err).toMatch(/native backend cannot be used \(.*unrolled\.node/)
})
