import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processTerminal } from '../../cli/terminal.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/node.ts'
import { builtMain } from '../built.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const words = 'the quick brown fox jumps over the lazy dog, and the dog sleeps on. '
const small = ['--hidden', '8', '--layers', '1', '--sample', '0']

test.each([70, 1500])('a text of %i characters can be trained as it is', async (characters) => {
  await inFolder(async (folder) => {
    const text = join(folder, 'short.txt')
    await writeFile(text, words.repeat(30).slice(0, characters))
    const { code, err, out } = await unrolled([
      'train',
      text,
      '--out',
      join(folder, 'm'),
      '--steps',
      '3',
      '--json',
      ...small,
    ])
    expect([code, err]).toEqual([0, ''])
    expect(events(out).at(-1)).toMatchObject({ event: 'done', step: 3 })
  })
})

test('a cosine schedule without an end gets one, and with minutes alone says what to give', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words.repeat(3))
    const args = ['train', text, '--schedule', 'cosine', '--json', ...small]
    const whole = await unrolled([...args, '--out', join(folder, 'whole')])
    expect(events(whole.out).at(-1)).toMatchObject({ event: 'done', reason: 'epochs' })
    const over = await unrolled([...args, '--out', join(folder, 'over'), '--over', '4', '--steps', '4'])
    const rates = events(over.out).flatMap(({ event, lr }) => (event === 'step' ? [lr as number] : []))
    expect(rates).toHaveLength(4)
    expect(rates[3]!).toBeLessThan(rates[0]! / 5)
    const timed = await unrolled([...args, '--out', join(folder, 'timed'), '--minutes', '1'])
    expect(timed.code).toBe(2)
    expect(events(timed.out)[0]!['message']).toMatch(/--epochs or --steps, or --over/)
  })
})

test('a schedule without an end is refused before any text is read', async () => {
  const { code, err } = await unrolled(['train', 'missing.txt', '--schedule', 'cosine', '--minutes', '1'])
  expect([code, err]).toEqual([2, expect.stringContaining('give --epochs or --steps, or --over <updates>')])
})

test('a cell there is not is told in a sentence', async () => {
  const { err } = await unrolled(['show', 'qqqqqq'])
  expect(err).toMatch(/^error: there is no cell qqqqqq; there are rnn, .*; or name a \.cell file\n$/)
  expect((await unrolled(['show', 'lsm'])).err).toContain('there is no cell lsm; did you mean lstm? There are rnn, ')
})

test('a model goes by the name that --out took, without its ending; a cell by its own', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words.repeat(3))
    const out = join(folder, 'm')
    await unrolled(['train', text, '--out', out, '--steps', '2', '--json', ...small])
    for (const args of [
      ['evaluate', out, text],
      ['generate', out, '--length', '4'],
      ['show', out],
      ['train', text, '--from', out, '--out', join(folder, 'further'), '--steps', '1'],
    ]) {
      const { code, err, out: said } = await unrolled([...args, '--json'])
      expect([code, err, events(said).at(-1)]).toEqual([0, '', expect.objectContaining({ event: 'done' })])
    }
    await copyFile(`${out}.safetensors`, join(folder, 'lstm.safetensors'))
    const shown = execFileSync(process.execPath, [builtMain(), 'show', 'lstm', '--json'], { cwd: folder })
    expect(events(String(shown))[0]).toMatchObject({ name: 'lstm' })
  })
})

test('a failed command leaves no folder behind', async () => {
  await inFolder(async (folder) => {
    const failed = await unrolled(['train', join(folder, 'missing.txt'), '--out', join(folder, 'runs/deep/model')])
    expect(failed.code).not.toBe(0)
    expect(existsSync(join(folder, 'runs'))).toBe(false)
  })
})

test('Enter takes what the prompt offers first', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words.repeat(30))
    const args = ['train', text, '--out', join(folder, 'm'), '--batch', '4', '--unroll', '10', ...small]
    expect((await unrolled([...args, '--steps', '2'])).code).toBe(0)
    const resumed = await unrolled([...args.slice(0, 4), '--steps', '4'], { answer: '' })
    expect(resumed.out).toContain('going on after update 2')
    expect((await unrolled(args, { answer: 'q' })).code).toBe(130)
  })
})

test('show --latex prints equations and nothing else', async () => {
  const { out } = await unrolled(['show', 'gru', '--latex'])
  expect(out).toMatch(/^\\begin\{aligned\}[\s\S]*\\end\{aligned\}\n$/)
})

test('numbers out of all proportion are refused', async () => {
  for (const [args, says] of [
    [['show', 'gru', '--unroll', '1e9'], '--unroll is 1,000,000,000; it must be at most 1,000'],
    [['train', '--layers', '1e9', '--out', '/tmp/never/m'], 'is too large'],
  ] as const) {
    const { code, err } = await unrolled(args)
    expect([code, err]).toEqual([2, expect.stringContaining(says)])
  }
})

test('a prompt from a Windows pipe is what was typed', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words.repeat(30))
    const out = join(folder, 'm.safetensors')
    await unrolled(['train', text, '--out', out, '--batch', '4', '--unroll', '10', '--steps', '2', ...small])
    const said = async (input: string) =>
      (await unrolled(['generate', out, '--prompt', '-', '--length', '5'], { input })).out
    expect(await said('\uFEFFthe fox\r\n')).toBe(await said('the fox'))
  })
})

test('escape sequences in a model file are spelt out', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words.repeat(30))
    const out = join(folder, 'm.safetensors')
    await unrolled(['train', text, '--out', out, '--batch', '4', '--unroll', '10', '--steps', '2', ...small])
    const { tensors, metadata } = decodeSafetensors(await readFile(out))
    const changed = join(folder, 'hostile.safetensors')
    await writeFile(changed, encodeSafetensors(tensors, hostile(metadata)))
    const { out: shown, err } = await unrolled(['show', changed])
    expect(shown + err).toContain('\\u001b]0;owned')
    expect(shown + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  })
})

test('escape sequences that a model has learnt do not reach the terminal', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'colours.txt')
    await writeFile(text, '\u001b[2J'.repeat(200))
    const out = join(folder, 'm.safetensors')
    const trained = await unrolled(['train', text, '--out', out, '--steps', '2', ...small, '--sample', '30'])
    const generated = await unrolled(['generate', out, '--length', '60', '--seed', '1'], { live: true })
    for (const { out: written, err } of [trained, generated]) {
      expect(written + err).toContain('\\u001b')
      expect(written + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    }
  })
})

/** Metadata whose texts carry what sets a terminal's title. */
const hostile = (metadata: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      value.replace('"opening":"', '"opening":"\\u001b]0;owned\\u0007'),
    ]),
  )

test('a terminal that says it has no columns has eighty', () => {
  const columns = Object.getOwnPropertyDescriptor(process.stdout, 'columns')
  Object.defineProperty(process.stdout, 'columns', { value: 0, configurable: true })
  try {
    expect(processTerminal().columns).toBe(80)
  } finally {
    if (columns) Object.defineProperty(process.stdout, 'columns', columns)
    else Reflect.deleteProperty(process.stdout, 'columns')
  }
})
