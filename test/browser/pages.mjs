import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isolation } from '../../bench/browser/serve-pages.mjs'

/**
 * What a test of Node's own things imports: files, processes, the sources themselves. `node:fs` alone reads expected values. So does
 * a test that needs more of vitest than a page has.
 */
const aboutNode =
  /from '(node:(?!fs')|typescript'|rolldown'|@resvg\/resvg-js'|unrolled\/node'|[./]+src\/(node|files|backends\/native)\b)|vi\.(resetModules|useFakeTimers)|\.toMatch(Inline)?Snapshot\(/

/** Whether a test, or what it imports of tests, command line and tasks, is about Node. */
function needsNode(/** @type {string} */ file, seen = new Set()) {
  if (seen.has(file) || !existsSync(file)) return false
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  if (aboutNode.test(text)) return true
  return [...text.matchAll(/from '(\.[^']*\.ts)'/g)]
    .map(([, name]) => join(dirname(file), name))
    .some((path) => /\/(test|cli|tasks)\//.test(path) && needsNode(path, seen))
}

/** Tests that start threads of their own, whatever the page, and the longest, which say nothing else on one. */
const ofThreads = [
  'test/conformance/',
  'test/backends/wasm-threads.test',
  'test/backends/wasm-line.test',
  'test/backends/wasm-profile.test',
]

/** And those that compute on as many threads as the page has: other tests of backends name theirs. */
const computing = [...ofThreads, 'test/golden/']

const starts = (/** @type {string[]} */ beginnings) => (/** @type {string} */ name) =>
  beginnings.some((beginning) => name.startsWith(beginning))

/**
 * The pages, each with the headers that it is served with, the number of threads where a test names none, and its tests.
 *
 * @returns {{ name: string, headers: Record<string, string>, threads?: number, files: string[] }[]}
 */
export function pages(/** @type {string} */ root) {
  const all = readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => `test/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replace(/\.ts$/, ''))
  const shared = all
    .filter((name) => !/^test\/(browser|mutation)\//.test(name) && !needsNode(join(root, `${name}.ts`)))
    .toSorted()
  return [
    {
      name: 'isolated, several threads',
      headers: isolation,
      threads: 2,
      files: shared.filter(starts(computing)),
    },
    {
      name: 'isolated, one thread',
      headers: isolation,
      threads: 1,
      files: shared.filter((name) => !starts(ofThreads)(name)),
    },
    { name: 'isolated', headers: isolation, files: ['test/browser/pages/isolated.test'] },
    { name: 'not isolated', headers: {}, files: ['test/browser/pages/not-isolated.test'] },
    {
      name: 'under a policy',
      headers: {
        ...isolation,
        'Content-Security-Policy':
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'",
      },
      files: ['test/browser/pages/policy.test'],
    },
  ]
}
