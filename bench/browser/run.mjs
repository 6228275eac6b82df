#!/usr/bin/env node
/** The package as it was last built against tfjs-wasm, side by side in one page of headless Chromium. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'
import { findChromium, startChromium } from './chromium.mjs'
import { isolation, servePages } from './serve-pages.mjs'
import { tables } from '../cases.mjs'
import { installPeers } from '../install-peers.mjs'
import { busyText, machine, machineText } from '../machine.mjs'
import { compare } from './compare.mjs'

const help = `Measures a training step in Chromium, ours against tfjs-wasm in the same page.

  npm run bench:browser -- [--case lstm-2x128] [--rounds 3] [--threads 1,2] [--out file.json]

  --case     which LSTM: lstm-1x64, lstm-2x128, lstm-2x256
  --rounds   rounds to take the median of; tfjs trains one step in each
  --threads  one page for each; more than one thread needs an isolated page
  --out      writes the figures there as JSON
`
const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'lstm-2x128' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '1,2' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
const c = tables.train.find(({ name, cell }) => name === values.case && cell === 'lstm')
if (c === undefined) {
  process.stderr.write(`bench: there is no LSTM case ${values.case}\n\n${help}`)
  process.exit(2)
}
const executable = findChromium()
if (executable === undefined) {
  process.stderr.write('bench: no Chromium here; apt-get install chromium, or CHROMIUM=/path/to/it\n')
  process.exit(1)
}
installPeers()

const out = mkdtempSync(join(tmpdir(), 'unrolled-bench-'))
const browser = await startChromium(executable)
try {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('page.mjs', import.meta.url)),
    platform: 'browser',
    // The peers' own bundles warn of much that is none of ours.
    logLevel: 'silent',
  })
  // Not minified: tfjs hands the text of one of its functions to its threads, which then miss names that were changed.
  await bundle.write({ dir: out, format: 'esm' })
  await bundle.close()
  writeFileSync(join(out, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>\n')
  const binaries = new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist', import.meta.url)
  symlinkSync(fileURLToPath(binaries), join(out, 'tfjs-wasm'), 'junction')

  const on = { ...(await machine()), chromium: browser.version() }
  console.log(
    `${machineText(on)}\n${busyText(on)}\nChromium ${on.chromium}; ${c.name}, batch ${c.batch}, unroll ${c.time}\n`,
  )
  const rows = []
  for (const threads of values.threads.split(',').map(Number)) {
    const server = await servePages({ folders: [out], headers: threads > 1 ? isolation : {} })
    const page = await browser.newPage()
    try {
      await page.goto(`${server.origin}/index.html`)
      await page.waitForFunction(() => document.title === 'ready')
      const row = await compare(page, c, { threads, rounds: Number(values.rounds) })
      rows.push({ case: c.name, charactersPerStep: c.batch * c.time, ...row })
      console.log(row.text)
      if (!row.sameLoss) process.exitCode = 1
    } finally {
      await page.close()
      server.close()
    }
  }
  if (values.out) writeFileSync(values.out, `${JSON.stringify({ machine: on, rows }, null, 2)}\n`)
} finally {
  await browser.close()
  rmSync(out, { recursive: true, force: true })
}
