import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * What a build of this package is to do: the folder it lies in, and the case.
 * @typedef {{ folder: string, backend: string, threads: number, c: import('./cases.mjs').Case }} Work
 */

const child = fileURLToPath(new URL('turns-child.mjs', import.meta.url))

const answer = (/** @type {import('node:child_process').ChildProcess} */ of) =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a process ended'))
    of.once('exit', ended)
    of.once('message', (said) => {
      of.off('exit', ended)
      resolve(said)
    })
  })

/**
 * Lets builds work turn by turn, each in a process of its own, so that all meet the same disturbances; each round begins with another.
 * `begun` is told the pid of each as it starts. Gives milliseconds a step, by work and round.
 * @param {Work[]} works
 * @param {{ rounds: number, turnMs: number, begun?: (pid: number) => void }} options
 * @returns {Promise<number[][]>}
 */
export async function takeTurns(works, { rounds, turnMs, begun }) {
  const children = []
  for (const work of works) {
    const started = fork(child, [JSON.stringify({ ...work, turnMs })])
    begun?.(started.pid)
    await answer(started)
    children.push(started)
  }
  const times = works.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < children.length; turn++) {
      const i = (round + turn) % children.length
      children[i].send('turn')
      times[i].push(await answer(children[i]))
    }
  }
  for (const started of children) {
    started.kill()
    await new Promise((resolve) => started.once('exit', resolve))
  }
  return times
}
