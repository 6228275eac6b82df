import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))
const node = (/** @type {string[]} */ ...parts) => ({
  start: () => ({ command: process.execPath, arguments: [file(parts[0]), ...parts.slice(1)] }),
})

/** Unrolled on one of its backends. */
const unrolled = (/** @type {string} */ backend) => ({
  ours: true,
  start: () =>
    existsSync(new URL('../node_modules/unrolled/dist/src/index.js', import.meta.url))
      ? {
          command: process.execPath,
          arguments: [file('unrolled.mjs')],
          environment: { UNROLLED_BACKEND: backend },
        }
      : 'not built; npm run build does it',
})

/** A Python that has PyTorch: $BENCH_PYTHON or the first that can import it. */
function python() {
  const candidates = [process.env['BENCH_PYTHON'], 'python3', '/usr/bin/python3', 'python'].filter(
    (c) => c !== undefined,
  )
  return candidates.find((c) => spawnSync(c, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0)
}

/**
 * Those who train side by side, by name. `start` says how their process is started, or the reason why it cannot be.
 * @type {Record<string, { ours?: boolean, start: () => { command: string, arguments: string[], environment?: Record<string, string> } | string }>}
 */
export const trainers = {
  'unrolled-wasm': unrolled('wasm'),
  pytorch: {
    start() {
      const command = python()
      return command ? { command, arguments: [file('pytorch-train.py')] } : 'no Python with PyTorch is found'
    },
  },
  'tfjs-wasm': node('tfjs.mjs', 'wasm', 'plain'),
  'tfjs-wasm-tuned': node('tfjs.mjs', 'wasm', 'tuned'),
  'tfjs-cpu': node('tfjs.mjs', 'cpu', 'plain'),
  'brain.js': node('brain.mjs'),
}
