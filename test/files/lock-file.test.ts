import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { languageModel, gru, text, train } from 'unrolled'
import { directory } from 'unrolled/node'
import { UnrolledError } from '../../src/error.ts'
import { lockFile } from '../../src/files/index.ts'
import { thisProcess } from '../../src/files/process-identity.ts'

const root = mkdtempSync(join(tmpdir(), 'unrolled-lock-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
const place = (): string => join(root, String(count++), 'model.lock')

async function refusal(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UnrolledError)
  expect(error).toMatchObject({ code: 'checkpoint' })
  return (error as Error).message
}

/** Leaves a lock behind, as a holder does that did not give it back. */
async function left(holder: object): Promise<string> {
  const path = place()
  const release = await lockFile(path)
  const said = JSON.parse(readFileSync(path, 'utf8')) as object
  await release()
  await lockFile(join(path, '../keep'))
  writeFileSync(path, JSON.stringify({ ...said, token: 'another', ...holder }))
  return path
}

const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid
const soon = { listenMs: 300 }

test('is held by one at a time, and says by whom and since when', async () => {
  const path = place()
  const release = await lockFile(path)
  expect(await refusal(lockFile(path))).toMatch(
    /another run is being kept in .*: by this very process \(\d+\), since \d{4}-\d\d-\d\dT.*delete .*model\.lock/,
  )
  await release()
  expect(existsSync(path)).toBe(false)
  const again = await lockFile(path)
  await again()
  // The folder was made for it, and nothing else came into it.
  expect(existsSync(join(path, '..'))).toBe(false)
})

test('of many that want it at once one gets it', async () => {
  const path = await left({ pid: dead() })
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockFile(path)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(readdirSync(join(path, '..')).sort()).toEqual(['keep', 'model.lock'])
})

describe('where somebody was killed who was taking it over', () => {
  const claimers: [string, () => string][] = [
    ['here', () => said({ pid: dead() })],
    ['on another machine', () => said({ place: 'afar', host: 'afar', pid: 1 })],
    ['before the claim was written', () => ''],
  ]
  const said = (claimer: object): string => JSON.stringify({ ...thisProcess(), token: 'claimer', ...claimer })

  test.each(claimers)('%s, one of many gets it, and nothing is left of the claim', async (_, claimer) => {
    const path = await left({ pid: dead() })
    const claim = join(path, '../.model.lock.another.claim')
    for (let round = 0; round < 5; round++) {
      writeFileSync(path, said({ pid: dead(), token: 'another' }))
      writeFileSync(claim, claimer())
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockFile(path, { listenMs: 50 })))
      const got = outcomes.filter((outcome) => outcome.status === 'fulfilled')
      expect(got).toHaveLength(1)
      expect(readdirSync(join(path, '..')).sort()).toEqual(['keep', 'model.lock'])
      await got[0]!.value()
    }
  })
})

test('a name in a lock leads to no file elsewhere', async () => {
  const path = await left({ pid: dead(), token: '/../../elsewhere' })
  writeFileSync(join(root, 'elsewhere.claim'), JSON.stringify({ ...thisProcess(), pid: dead() }))
  await (
    await lockFile(path)
  )()
  expect(readdirSync(root)).toContain('elsewhere.claim')
  expect(readdirSync(join(path, '..'))).toEqual(['keep'])
})

test('is held though the clock was set forward since', async () => {
  const path = await left({ since: '2001-01-01T00:00:00.000Z' })
  expect(await refusal(lockFile(path))).toContain('this very process')
})

describe('is taken over', () => {
  test.each<[string, () => object]>([
    ['from a process that runs no more', () => ({ pid: dead() })],
    ['from a container that was restarted with the same pid', () => ({ started: thisProcess().started + 7 })],
    ['from another start of this machine', () => ({ place: 'another boot' })],
    ['from another machine that gives no sign of life', () => ({ place: 'afar', host: 'afar', pid: 1 })],
  ])('%s', async (_, holder) => {
    const path = await left(holder())
    const release = await lockFile(path, soon)
    expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid}`)
    await release()
  })

  test('where the file does not say whose it is, and nothing touches it', async () => {
    const path = await left({})
    writeFileSync(path, '')
    await (
      await lockFile(path, soon)
    )()
    expect(existsSync(path)).toBe(false)
  })
})

test('of another machine is left alone as long as that gives signs of life', async () => {
  const path = await left({ place: 'afar', host: 'afar', pid: 1 })
  let beats = 0
  const timer = setInterval(() => utimesSync(path, new Date(), new Date(Date.now() + ++beats)), 50)
  expect(await refusal(lockFile(path, { listenMs: 2000 }))).toContain('process 1 on afar')
  clearInterval(timer)
})

test.skipIf(process.platform !== 'linux')(
  'is taken over from a process that ended and has not been asked for',
  async () => {
    // What the shell started ends with nobody to ask for it, for the shell has become another program.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
    try {
      const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (said) => resolve(Number(said))))
      await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z '), 10_000)
      const path = await left({ pid, started: 0 })
      await (
        await lockFile(path)
      )()
    } finally {
      parent.kill('SIGKILL')
    }
  },
)

test('of another process that runs is left alone', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  try {
    const path = await left({ pid: child.pid, started: 0 })
    expect(await refusal(lockFile(path))).toContain(`process ${child.pid} on ${hostname()}`)
  } finally {
    child.kill('SIGKILL')
  }
})

test('giving back a lock that was taken over leaves it to its new holder', async () => {
  const path = place()
  const release = await lockFile(path)
  writeFileSync(path, JSON.stringify({ token: 'another' }))
  await release()
  expect(readFileSync(path, 'utf8')).toContain('another')
})

test('two runs in one directory: the second is told, and the first is kept', async () => {
  const path = join(root, 'runs')
  const book = text('the quick brown fox jumps over the lazy dog. '.repeat(4))
  const make = () => languageModel(book, { cell: gru, hidden: 4 })
  const options = { batch: 2, unroll: 8, steps: 3 }
  for await (const { event } of train(make(), book, { ...options, checkpoint: directory(path) })) {
    if (event !== 'step') continue
    const second = train(make(), book, { ...options, checkpoint: directory(path), resume: false }).finish()
    expect(await refusal(second)).toContain(`another run is being kept in ${path}`)
  }
  expect(readdirSync(path).sort()).toEqual(['model.resume.safetensors', 'model.safetensors'])
})

test('whoever takes a store clears away what writers left there that were killed', async () => {
  const path = join(root, 'killed')
  mkdirSync(path)
  const left = (name: string): string => `.${name}.${thisProcess().place}-${dead()}-5-aabbccddeeff.tmp`
  for (const name of ['model.safetensors', 'model.resume.safetensors']) writeFileSync(join(path, left(name)), '')
  writeFileSync(join(path, '.model.lock.another.claim'), JSON.stringify({ ...thisProcess(), pid: dead() }))
  const release = await directory(path).lock!()
  expect(readdirSync(path)).toEqual(['model.lock'])
  await release()
  expect(readdirSync(path)).toEqual([])
})
