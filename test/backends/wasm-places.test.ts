/** What a place offers, what is asked for, and what comes of it: a crew, a worker that computes alone, or the thread that asks. */

import { expect, test } from 'vitest'
import type { StartThread } from '../../src/backends/wasm/crew.ts'
import { createThreadedBackend } from '../../src/backends/wasm/threaded-backend.ts'
import { startDistant, startThread } from './threads.ts'

const failing: StartThread = (listener) => {
  listener.died('the policy forbids it')
  return { send: () => undefined, hold: () => undefined, end: () => undefined }
}

async function made(
  place: { threads: number; start?: StartThread; alone?: string; distant?: StartThread },
  threads?: number,
) {
  const warnings: string[] = []
  const warn = (text: string): void => void warnings.push(text)
  const backend = await createThreadedBackend({ kernels: 'wasm', threads }, { start: startThread, ...place, warn })
  return { threads: backend.threads, here: backend.readSync !== undefined && backend.threads === 1, warnings }
}

const notShared = { alone: 'memory may not be shared', distant: startDistant }

test('threads where they can be had, and no warning', async () => {
  expect(await made({ threads: 2 })).toEqual({ threads: 2, here: false, warnings: [] })
})

test('where no memory is shared a worker computes, and who could have had more is told why', async () => {
  const warnings = ['unrolled computes on one thread: memory may not be shared']
  expect(await made({ threads: 2, ...notShared })).toEqual({ threads: 1, here: false, warnings })
})

test('a machine with one core loses nothing by that, and nobody is warned', async () => {
  expect(await made({ threads: 1, ...notShared })).toEqual({ threads: 1, here: false, warnings: [] })
})

test('who asks for one thread gets the one that asks', async () => {
  expect(await made({ threads: 2, ...notShared }, 1)).toEqual({ threads: 1, here: true, warnings: [] })
})

test.each([
  ['a crew', { threads: 2, start: failing }],
  ['a worker', { threads: 2, ...notShared, distant: failing }],
])('where %s does not start, the thread that asks computes, and one warning says why', async (_, place) => {
  const { here, warnings } = await made(place)
  expect(here).toBe(true)
  expect(warnings).toEqual([
    expect.stringMatching(/^unrolled computes on the thread that asks: .*the policy forbids it/),
  ])
})
