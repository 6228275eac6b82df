import { spawn } from 'node:child_process'
import { existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../../src/node.ts'
import { builtMain } from '../built.ts'
import { inFolder } from './terminal.ts'

const words = 'the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(30)

/** Starts a run that would last for hours, in a process of its own. */
function start(folder: string, stdio: ('pipe' | 'ignore' | number)[]) {
  const text = join(folder, 'words.txt')
  writeFileSync(text, words)
  const size = ['--hidden', '8', '--layers', '1', '--batch', '4', '--unroll', '10', '--sample', '0']
  const args = ['train', text, '--out', join(folder, 'm'), '--epochs', '500000', '--json', '--validate-every', '5']
  return spawn(process.execPath, [builtMain(), ...args, ...size], { stdio })
}

const ended = (child: ReturnType<typeof start>): Promise<number | null> =>
  new Promise((resolve) => child.on('exit', resolve))

async function expectSaved(folder: string): Promise<void> {
  expect(existsSync(join(folder, 'm.resume.safetensors'))).toBe(true)
  const { record } = await loadModel(join(folder, 'm.resume.safetensors'))
  expect(record['steps']).toBeGreaterThan(0)
}

describe('what is printed never decides what is saved', () => {
  test('an output that is closed ends the run with a save and 141', async () => {
    await inFolder(async (folder) => {
      const child = start(folder, ['ignore', 'pipe', 'pipe'])
      child.stdout!.once('data', () => child.stdout!.destroy())
      child.stderr!.resume()
      expect(await ended(child)).toBe(141)
      await expectSaved(folder)
    })
  })

  test.skipIf(!existsSync('/dev/full'))('an output that is full ends the run with a save and 1', async () => {
    await inFolder(async (folder) => {
      const child = start(folder, ['ignore', openSync('/dev/full', 'w'), 'pipe'])
      let said = ''
      child.stderr!.on('data', (text) => (said += String(text)))
      expect(await ended(child)).toBe(1)
      expect(said).toMatch(/the output cannot be written/)
      await expectSaved(folder)
    })
  })

  test('a closed place for errors does not keep Ctrl-C from saving', async () => {
    await inFolder(async (folder) => {
      const child = start(folder, ['ignore', 'pipe', 'pipe'])
      child.stderr!.destroy()
      child.stdout!.once('data', () => child.kill('SIGINT'))
      child.stdout!.resume()
      expect(await ended(child)).toBe(130)
      await expectSaved(folder)
    })
  })

  test.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)('%s ends the run with a save and %i', async (signal, code) => {
    await inFolder(async (folder) => {
      const child = start(folder, ['ignore', 'pipe', 'pipe'])
      child.stdout!.once('data', () => child.kill(signal))
      child.stdout!.resume()
      child.stderr!.resume()
      expect(await ended(child)).toBe(code)
      await expectSaved(folder)
    })
  })
})
