import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  decodeSafetensors,
  encodeModel,
  encodeSafetensors,
  lstm,
  meanSquaredError,
  network,
  recurrent,
} from '../../src/node.ts'
import { ProgressLine } from '../../cli/progress.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const words = 'the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(30)
const small = ['--hidden', '8', '--layers', '1', '--sample', '0', '--batch', '4', '--unroll', '10', '--steps', '2']

/** A model of words or characters in a folder. */
async function trained(folder: string, ...more: string[]): Promise<string> {
  const text = join(folder, 'words.txt')
  const out = join(folder, 'model.safetensors')
  await writeFile(text, words)
  const { code, err } = await unrolled(['train', text, '--out', out, ...small, ...more])
  expect([code, err]).toEqual([0, ''])
  return out
}

test('one unknown character does not end evaluate: it is counted and left out', async () => {
  await inFolder(async (folder) => {
    const model = await trained(folder)
    const [clean, odd] = [join(folder, 'clean.txt'), join(folder, 'odd.txt')]
    await writeFile(clean, 'the lazy fox sleeps')
    await writeFile(odd, 'the lazy Ünfox sl😀eepßs'.replace('Ün', 'Ü'))
    const exact = events((await unrolled(['evaluate', model, clean, '--json'])).out)[0]!
    expect(exact).toMatchObject({ leftOut: 0, unknown: 0 })
    const { code, err, out } = await unrolled(['evaluate', model, odd, '--json'])
    expect([code, err]).toEqual([0, ''])
    expect(events(out)).toEqual([{ ...exact, leftOut: 3 }])
    expect((await unrolled(['evaluate', model, odd])).out).toMatch(
      /\n3 of 22 characters are unknown to the model and left out\n$/,
    )
    expect((await unrolled(['evaluate', model, clean])).out).not.toContain('unknown')
  })
})

test('a character in a prompt that the model does not know is named, with its place and what to do', async () => {
  await inFolder(async (folder) => {
    const model = await trained(folder)
    const said = async (prompt: string) => (await unrolled(['generate', model, '--prompt', prompt])).err
    expect(await said('the fóx')).toMatch(
      /line 1, column 6 the character 'ó' \(U\+00F3\), .*; write 'o' \(U\+006F\) in its place/,
    )
    expect(await said('the 7')).toMatch(/line 1, column 5 the character '7' \(U\+0037\), .*; leave it out/)
  })
})

test('evaluate shows what share of the words is unknown to a model of words', async () => {
  await inFolder(async (folder) => {
    const model = await trained(folder, '--words')
    const text = join(folder, 'other.txt')
    await writeFile(text, 'the lazy whale sleeps on the whale')
    const [result] = events((await unrolled(['evaluate', model, text, '--json'])).out)
    expect(result).toMatchObject({ units: 6, unknown: 2, leftOut: 0 })
    expect((await unrolled(['evaluate', model, text])).out).toContain(
      '\n2 of them (33.33 %) are unknown to the model and read as <unk>\n',
    )
  })
})

test('a folder is trained on as the texts in it', async () => {
  await inFolder(async (folder) => {
    const books = join(folder, 'books')
    await mkdir(books)
    await writeFile(join(books, 'a.txt'), words)
    await writeFile(join(books, 'notes.md'), '# not this')
    const { code, err, out } = await unrolled(['train', `${books}/`, '--out', join(folder, 'm'), ...small])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`${words.length.toLocaleString('en-US')} characters`)
  })
})

test('show prints the table of summary, and the names of the parameters', async () => {
  await inFolder(async (folder) => {
    const { out } = await unrolled(['show', await trained(folder)])
    expect(out).toMatch(/^languageModel\n\nname +layer +output +parameters\n─+\n/)
    expect(out).toMatch(/\ncore +recurrent lstm, input 8, hidden 8, layers 1 +\[time, batch, 8\] +\d+\n/)
    expect(out).toMatch(/\nparameters, by name\n {2}embedding\.weight +\d+ × 8\n/)
  })
})

test('show shows a model whose loss is not known here as far as it can', async () => {
  await inFolder(async (folder) => {
    const net = recurrent({ cell: lstm, input: 2, hidden: 3 })
    const { tensors, metadata } = decodeSafetensors(encodeModel(network(net, { loss: meanSquaredError() })))
    const [key, value] = Object.entries(metadata).find(([, value]) => value.includes('meanSquaredError'))!
    const strange = join(folder, 'strange.safetensors')
    await writeFile(
      strange,
      encodeSafetensors(tensors, { ...metadata, [key]: value.replace('meanSquaredError', 'earthMover') }),
    )
    const { code, out, err } = await unrolled(['show', strange, '--unroll', '2', '--program'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('c₂ = f₂ * c₁ + i₂ * g₂')
    expect(out).toContain('no program of training is shown: the model\'s loss "earthMover" is not known here')
    const json = await unrolled(['show', strange, '--json'])
    expect(events(json.out)[0]).toMatchObject({ event: 'done', kind: 'network' })
    expect(events(json.out)[0]).not.toHaveProperty('operations')
  })
})

test('on a screen nothing stands still without a word: reading and evaluating say so, and leave nothing behind', async () => {
  await inFolder(async (folder) => {
    const model = await trained(folder)
    const text = join(folder, 'words.txt')
    const args = ['evaluate', model, text]
    const plain = await unrolled(args)
    const { out, err } = await unrolled(args, { live: true })
    expect(err + plain.err).toBe('')
    expect(out).toMatch(/^\r\u001b\[Kreading …\r\u001b\[K\r\u001b\[Kevaluating with float32 weights {2}\d+ %/)
    expect(out.split('\r\u001b[K').at(-1)).toBe(plain.out)
    expect((await unrolled([...args, '--json'], { live: true })).out).toMatch(/^\{/)
    const begun = await unrolled(['train', text, '--out', join(folder, 'o'), ...small], { live: true })
    expect(begun.out).toMatch(/^\r\u001b\[Kreading …\r\u001b\[K2,040 characters/)
  })
})

test.each([
  [true, ['\r\u001b[Kvalidating  25 %  1m 5s left']],
  [false, ['validating  25 %  1m 5s left\n']],
])('a long validation shows how far it is, and what is left (screen: %j)', (live, expected) => {
  const said: string[] = []
  const terminal = { out: (text: string) => void said.push(text), live, colour: false, columns: 80 } as Terminal
  const about = { step: 3, epoch: 1, unitsPerSecond: 10, elapsedMs: 100, timeLeftMs: 65_000 }
  new ProgressLine(terminal, 'characters').validating({ event: 'validating', share: 0.25, ...about })
  expect(said).toEqual(expected)
})
