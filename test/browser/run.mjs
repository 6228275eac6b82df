#!/usr/bin/env node
/**
 * The tests in headless Chromium, against the package as it was last built: npm run test:browser -- [page] [-t name]
 * Where UNROLLED_TEST_REPORT names a file, a report as vitest's goes there.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { findChromium, startChromium } from '../../bench/browser/chromium.mjs'
import { bundleApp, bundleTests } from './bundle.mjs'
import { pages } from './pages.mjs'
import { Report } from './report.mjs'
import { runPage } from './run-page.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { name: { type: 'string', short: 't' } } })

const executable = findChromium()
if (executable === undefined) {
  console.log('browser tests skipped: no Chromium here. `apt-get install chromium`, or CHROMIUM=/path/to/it')
  process.exit()
}

const [only] = positionals
const chosen = pages(root).filter(({ name }) => only === undefined || name === only)
if (chosen.length === 0) {
  const names = pages(root).map(({ name }) => `'${name}'`)
  console.error(`there is no page '${only}'; there are ${names.join(', ')}`)
  process.exit(2)
}

/** What the application gives in Node, by kernels: what it must give in a page. */
async function writeNodeResults(/** @type {string} */ folder) {
  mkdirSync(folder)
  const code = (/** @type {string} */ kernels) =>
    `import { learn } from './test/browser/app.mjs'; console.log(JSON.stringify((await learn({ kernels: '${kernels}' })).result))`
  for (const kernels of ['wasm', 'wasm-fma']) {
    try {
      const options = { cwd: root, maxBuffer: 2 ** 26 }
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', code(kernels)],
        options,
      )
      writeFileSync(join(folder, `${kernels}.json`), stdout)
    } catch (error) {
      // An older Node has no relaxed SIMD; then there is nothing to compare with.
      if (kernels !== 'wasm-fma' || !String(error).includes('relaxed SIMD')) throw error
      writeFileSync(join(folder, `${kernels}.json`), 'null')
    }
  }
}

const writeModule = (/** @type {string} */ folder) =>
  promisify(execFile)(process.execPath, [join(root, 'test/browser/module.mjs'), folder], { cwd: root })

const out = mkdtempSync(join(tmpdir(), 'unrolled-browser-'))
const browser = await startChromium(executable)
const report = new Report()
try {
  console.log(`Chromium ${browser.version()}`)
  const files = new Set(chosen.flatMap((page) => page.files))
  await Promise.all([
    bundleTests(root, [...files], out),
    bundleApp(root, out),
    writeNodeResults(join(out, 'in-node')),
    writeModule(join(out, 'module')),
  ])
  const waiting = [...chosen]
  const lane = async () => {
    for (let page = waiting.shift(); page; page = waiting.shift()) {
      await runPage(browser, page, [out, root], values.name, report)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane))
} finally {
  await browser.close()
  // Where a bundle failed, others may still be writing.
  rmSync(out, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
report.finish(process.env['UNROLLED_TEST_REPORT'])
