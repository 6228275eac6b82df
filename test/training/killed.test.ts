import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadModel } from 'unrolled/node'
import { checkBuilt } from '../built.ts'

beforeAll(checkBuilt)

const script = join(import.meta.dirname, 'killable.mjs')

/** Starts the training process; kills it after so many ms, if it still runs. */
function start(folder: string, killAfterMs?: number): Promise<'ended' | 'killed'> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (piece) => (complaint += String(piece)))
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve('killed')
      else if (code === 0) resolve('ended')
      else reject(new Error(complaint))
    })
  })
}

async function weights(folder: string): Promise<string> {
  const { parameters } = await loadModel(join(folder, 'model.safetensors'))
  return JSON.stringify(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))
}

test(
  'a run killed 20 times at random moments ends with the bits of the unbroken run',
  { timeout: 120_000 },
  async () => {
    const folders: string[] = []
    const folder = async (): Promise<string> => {
      folders.push(await mkdtemp(join(tmpdir(), 'unrolled-killed-')))
      return folders.at(-1)!
    }
    try {
      const whole = await folder()
      await start(whole)
      const wanted = await weights(whole)
      let broken = await folder()
      let kills = 0
      // Most processes have begun to train and to save when they are killed; where one has ended, another run is broken.
      while (kills < 20) {
        if ((await start(broken, 300 + Math.random() * 300)) === 'killed') kills++
        else {
          expect(await weights(broken)).toBe(wanted)
          broken = await folder()
        }
      }
      await start(broken)
      expect(await weights(broken)).toBe(wanted)
      // No half-written file is left behind.
      expect((await readdir(broken)).sort()).toEqual(['model.resume.safetensors', 'model.safetensors'])
    } finally {
      await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })))
    }
  },
)
