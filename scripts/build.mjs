// Compiles src and cli into dist, and writes beside them the bundled text and one file for pages without a bundler.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buildNative } from '../native/build.mjs'
import { bundleOneFile } from './bundle-one-file.mjs'
import { bundleText } from './bundle-text.mjs'

process.chdir(new URL('..', import.meta.url).pathname)
rmSync('dist', { recursive: true, force: true })
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(1)
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755)
bundleText('dist/data/moby-dick.txt.gz')
await bundleOneFile('dist/src/index.js', 'dist/unrolled.js')
// Only what has changed is built; without a compiler the WebAssembly backend serves.
await buildNative().catch((error) => console.log(`no native backend: ${error.message}`))
