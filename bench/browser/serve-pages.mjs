import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** What a page must be served with before it may share memory between threads. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/**
 * Serves the files of `folders`, the first that has one, to this machine alone; with `headers` on everything. A port of its
 * own for each set of headers keeps the pages apart as different sites are.
 *
 * @param {{ folders: string[], headers?: Record<string, string> }} options
 * @returns {Promise<{ origin: string, close(): void }>}
 */
export async function servePages({ folders, headers = {} }) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname))
    const file = folders
      .map((folder) => join(folder, path))
      .find((name) => statSync(name, { throwIfNoEntry: false })?.isFile())
    if (file === undefined) {
      response.writeHead(404, headers).end()
      return
    }
    const type = types[/** @type {keyof types} */ (extname(file))] ?? 'application/octet-stream'
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' })
    pipeline(createReadStream(file), response, () => {})
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
