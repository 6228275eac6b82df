import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The page with the package as it was last built and with tfjs, in a folder that is there until this process ends. */
export async function buildPage() {
  const { rolldown } = await import('rolldown')
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('page.mjs', import.meta.url)),
    platform: 'browser',
    // The peers' own bundles warn of much that is none of ours.
    logLevel: 'silent',
  })
  // Not minified: tfjs hands the text of one of its functions to its threads, which then miss names that were changed.
  await bundle.write({ dir: folder, format: 'esm' })
  await bundle.close()
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>\n')
  const binaries = new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist', import.meta.url)
  symlinkSync(fileURLToPath(binaries), join(folder, 'tfjs-wasm'), 'junction')
  return folder
}
