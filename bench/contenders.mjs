import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { cores } from './machine.mjs'
import { pythons } from './pythons.mjs'

/**
 * Who runs a case, in a process of its own. `ours` and `threads` say what a figure counts for, `fewer` that a slow one may have
 * fewer rounds, `itself` that it measures by itself; `reason` says why it cannot take part, else `command` starts it with the case
 * and `options` as last argument.
 * @typedef {{ peer: string, label: string, ours: boolean, threads: number, fewer: boolean, itself?: boolean, precision?: string,
 *   reason?: string, command: string, arguments: string[], options: object }} Contender
 */

const file = (/** @type {string} */ name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url))
const built = () => existsSync(new URL('./node_modules/unrolled/dist/src/index.js', import.meta.url))

const contender = (peer, threads, more) => ({
  peer,
  label: `${peer}, ${threads} thread${threads === 1 ? '' : 's'}`,
  ours: false,
  fewer: false,
  threads,
  command: process.execPath,
  arguments: [],
  options: {},
  ...more,
})

function unrolled(/** @type {string} */ backend, /** @type {number} */ threads, precision = undefined) {
  const peer = `unrolled-${backend}`
  const made = contender(peer, threads, {
    ours: true,
    arguments: [file('unrolled.mjs')],
    options: { backend, precision },
    ...(!built() && { reason: 'not built; npm run build does it' }),
  })
  return precision ? { ...made, label: `${made.label}, ${precision}`, precision } : made
}

const installed = (/** @type {string} */ name) => {
  try {
    createRequire(import.meta.url).resolve(name)
    return {}
  } catch {
    return { reason: `${name} is not installed; npm ci in bench/ does it` }
  }
}

const onnxruntime = (threads) =>
  contender('onnxruntime', threads, { arguments: [file('onnxruntime.mjs')], ...installed('onnxruntime-node') })

const tfjs = (backend, form, threads = 1) =>
  contender(`tfjs-${backend}${form === 'tuned' ? '-tuned' : ''}`, threads, {
    label: `tfjs-${backend}${form === 'tuned' ? '-tuned' : ''}`,
    fewer: true,
    arguments: [file('tfjs.mjs'), backend, form],
    ...installed(`@tensorflow/tfjs-backend-${backend}`),
  })

const brain = (reason = undefined) =>
  contender('brain.js', 1, {
    label: 'brain.js',
    fewer: true,
    arguments: [file('brain.mjs')],
    ...installed('brain.js'),
    reason,
  })

const peak = (threads) => contender('peak', threads, { arguments: [file('peak.mjs')], itself: true })

/** The machine itself, which is measured whoever runs: shares need it. */
export const isMachine = (/** @type {Contender} */ { peer }) => peer === 'peak' || peer === 'reading'

const reading = () => contender('reading', 1, { label: 'reading', arguments: [file('reading.mjs')], itself: true })

/** Sequences side by side, which are the rows of a step's products. */
const rowCounts = [1, 4, 16, 50, 64]

const products = (/** @type {number} */ rows) => {
  const made = unrolled('native', 1)
  const label = `${made.peer}, ${rows} row${rows === 1 ? '' : 's'}`
  return {
    ...made,
    label,
    arguments: [file('products.mjs')],
    options: { backend: 'native', batch: rows },
    itself: true,
  }
}

let found
/** One contender for each PyTorch there is. */
function pytorch(threads) {
  found ??= pythons()
  const arguments_ = [file('pytorch.py')]
  if (found.length === 0) {
    return [contender('pytorch', threads, { reason: 'no Python with PyTorch is found; BENCH_PYTHON can name some' })]
  }
  return found.map(({ command, version }) =>
    contender(`pytorch-${version.match(/^\d+\.\d+/)?.[0] ?? version}`, threads, { command, arguments: arguments_ }),
  )
}

/** 1, 2, 4, ... and all cores. */
export const threadCounts = () =>
  [...new Set([1, 2, 4, 8, 16, 32, 64, cores])].filter((n) => n <= cores).sort((a, b) => a - b)

/** One thread, and all cores. */
const oneAndAll = () => [...new Set([1, cores])]

/** The counts that peers are tried with, each in every round; the fastest counts. */
const triedCounts = () => threadCounts().filter((n) => n === 1 || n === 4 || n === 16 || n === cores)

/**
 * All who take part in a case.
 * @returns {Contender[]}
 */
export function contendersFor(/** @type {import('./cases.mjs').Case} */ c) {
  if (c.kind === 'product') return [...rowCounts.map(products), reading(), peak(1)]
  if (c.eachThreads) {
    const each = threadCounts()
    return [
      ...each.map((n) => unrolled('native', n)),
      ...each.map((n) => unrolled('wasm', n)),
      ...each.flatMap(pytorch),
      ...each.map(peak),
    ]
  }
  const [some, tried] = [oneAndAll(), triedCounts()]
  const ours = [...some.map((n) => unrolled('native', n)), ...some.map((n) => unrolled('wasm', n))]
  if (c.series === 'hidden' || c.series === 'length') return [...ours, ...tried.flatMap(pytorch), ...some.map(peak)]
  if (c.kind === 'train') {
    const web = [tfjs('wasm', 'plain'), tfjs('wasm', 'tuned'), tfjs('cpu', 'plain'), brain()]
    return [...ours, ...tried.flatMap(pytorch), ...web, ...some.map(peak)]
  }
  const web = [
    tfjs('wasm', 'plain'),
    tfjs('cpu', 'plain'),
    brain('has no way to give the logits of a sequence or a step'),
  ]
  if (c.kind === 'forward')
    return [...ours, ...some.map(onnxruntime), ...tried.flatMap(pytorch), ...web, ...some.map(peak)]
  const halves = ['native', 'wasm'].flatMap((backend) => some.map((n) => unrolled(backend, n, 'float16')))
  return [...ours, ...halves, ...tried.map(onnxruntime), ...tried.flatMap(pytorch), ...web, ...some.map(peak)]
}
