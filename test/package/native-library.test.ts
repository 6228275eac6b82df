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

/** Puts the package that a release would ship for this platform beside ours. */
const installLibrary = (): void => {
  execFileSync(process.execPath, [join(root, 'scripts', 'prebuilt.mjs'), join(home, 'node_modules')])
}

test.skipIf(!existsSync(library))('a package with a library for this platform is found', () => {
  installLibrary()
  expect(run()).toEqual({ out: 'native\nnative\n', err: '' })
})

test.skipIf(!existsSync(library))('a worker may end while it computes', () => {
  installLibrary()
  const file = join(home, 'worker.mjs')
  // Many short jobs, each with someone who waits for it, so that the end comes between a job and who is told.
  writeFileSync(
    file,
    `import { Worker, isMainThread, parentPort } from 'node:worker_threads'
     import { createNativeBackend } from './node_modules/unrolled/dist/src/backends/native/native-backend.js'
     if (isMainThread) {
       for (let i = 0; i < 20; i++) {
         const worker = new Worker(new URL(import.meta.url))
         await new Promise((ready) => worker.once('message', ready))
         await new Promise((done) => setTimeout(done, i))
         await worker.terminate()
       }
       console.log('all ended')
     } else {
       const backend = createNativeBackend({ threads: 2, small: 0 })
       const memory = backend.allocate(1 << 16)
       const one = [{ factor: 1, axes: [] }]
       const dest = { region: 0, offset: [], stride: [], pitch: [], broadcast: false }
       const body = [{ kind: 'fill', outer: one, rows: one, value: 1, columns: 1 << 16, dest }]
       const executable = await backend.compile({ name: 'fill', regions: [{ name: 'data', size: [{ factor: 1 << 16, axes: [] }] }], packs: 0, prepare: [], body, finish: [] })
       executable.bind([memory])
       for (let i = 0; ; i++) {
         for (let job = 0; job < 100; job++) executable.run({}, {})
         const read = backend.read(memory, 0, new Float32Array(1))
         if (i === 2) parentPort.postMessage('ready')
         if (i % 2 === 0) await read
       }
     }`,
  )
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('all ended\n')
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
