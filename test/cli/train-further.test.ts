import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'unrolled'
import { expect, test } from 'vitest'
import { trainingOptions } from '../../cli/build-run.ts'
import type { Options } from '../../cli/command.ts'
import { paceOf } from '../../cli/text/pace.ts'
import { loadModel, type LanguageModel } from '../../src/node.ts'
import { builtMain } from '../built.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const words = 'the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(30)
const names = ['anna', 'bert', 'carla', 'dora', 'emil', 'fritz', 'gerda', 'hanna', 'ida', 'jan'].join('\n')
const size = ['--hidden', '8', '--layers', '1']
const pace = ['--batch', '4', '--unroll', '10', '--sample', '0', '--json']

/** Writes files into a folder, and gives their names there. */
async function written(folder: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }),
  )
}

/** What a command that must work prints. */
async function printed(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([code, err]).toEqual([0, ''])
  return out
}

const languageModelIn = async (path: string): Promise<LanguageModel> => (await loadModel(path)) as LanguageModel

test('--from trains a stored model further, with its cell, sizes, vocabulary and weights', async () => {
  await inFolder(async (folder) => {
    const [book, letters] = await written(folder, { 'a.txt': words, 'b.txt': `ÄÖ${words.slice(300).toLowerCase()}` })
    const [first, second] = [join(folder, 'first.safetensors'), join(folder, 'second.safetensors')]
    await printed('train', book!, '--out', first, '--cell', 'gru', '--steps', '5', ...size, ...pace)
    const old = await languageModelIn(first)
    const further = ['train', letters!, '--from', first, '--out', second, ...pace]
    const lines = events(await printed(...further, '--lr', '1e-9', '--steps', '2'))
    expect(lines[0]).toEqual({ event: 'leftOut', leftOut: 2, of: words.length - 300 + 2 })
    const model = await languageModelIn(second)
    expect(model.layer.description).toEqual(old.layer.description)
    expect(model.vocabulary.symbols).toEqual(old.vocabulary.symbols)
    for (const [name, { data }] of Object.entries(model.parameters)) {
      old.parameters[name]!.data.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 6))
    }
    expect(model.record).toMatchObject({ from: first, files: [letters], steps: 2 })
    const resumed = events(await printed('train', '--resume', '--out', second, '--steps', '3', ...pace.slice(4)))
    expect(resumed.at(-1)).toMatchObject({ event: 'done', step: 3 })
    expect((await languageModelIn(second)).record).toMatchObject({ from: first })
  })
})

test('--grow adds what the model does not know to its vocabulary, once', async () => {
  await inFolder(async (folder) => {
    const [book, letters] = await written(folder, { 'a.txt': words, 'b.txt': `ÄÖ${words.slice(300)}` })
    const [first, second] = [join(folder, 'first.safetensors'), join(folder, 'second.safetensors')]
    await printed('train', book!, '--out', first, '--steps', '5', ...size, ...pace)
    const further = (out: string, ...args: string[]): Promise<string> =>
      printed('train', letters!, '--from', first, '--out', out, ...args)
    const said = ['--steps', '1', '--sample', '0']
    expect(await further(join(folder, 'a'), ...said)).toContain('left out; --grow adds them')
    expect(await further(join(folder, 'b'), '--grow', ...said)).toContain(
      '2 characters are new to the model: "Ä" "Ö"\n',
    )
    const lines = events(await further(second, '--grow', '--steps', '2', ...pace))
    expect(lines[0]).toEqual({ event: 'grown', symbols: ['Ä', 'Ö'] })
    expect(lines.some(({ event }) => event === 'leftOut')).toBe(false)
    const known = (await languageModelIn(first)).vocabulary.symbols
    expect((await languageModelIn(second)).vocabulary.symbols).toEqual([...known, 'Ä', 'Ö'])
    const resumed = await printed('train', '--resume', '--out', second, '--steps', '3', '--sample', '0')
    expect(resumed).not.toContain('new to the model')
    expect((await languageModelIn(second)).record).toMatchObject({ from: first, steps: 3 })
    const { code, err } = await unrolled(['train', book!, '--out', join(folder, 'd'), '--grow', '--steps', '1'])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('--grow adds to the vocabulary of the model that --from names'),
    ])
  })
})

test('--grow reads standard input, which can be read once', async () => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    const first = join(folder, 'first.safetensors')
    await printed('train', book!, '--out', first, '--steps', '1', ...size, ...pace)
    const args = ['train', '-', '--from', first, '--grow', '--out', join(folder, 'b'), '--steps', '1', ...pace]
    const run = spawnSync(process.execPath, [builtMain(), ...args], { input: `Ü${words}`, encoding: 'utf8' })
    expect([run.status, run.signal]).toEqual([0, null])
    expect(events(run.stdout)[0]).toEqual({ event: 'grown', symbols: ['Ü'] })
  })
})

test('--from refuses what would make another model', async () => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    const model = join(folder, 'm.safetensors')
    await printed('train', book!, '--out', model, '--steps', '1', ...size, ...pace)
    const refused = async (...args: string[]) => {
      const { code, err } = await unrolled(['train', book!, '--out', join(folder, 'other'), '--from', model, ...args])
      expect(code).toBe(2)
      return err
    }
    expect(await refused('--hidden', '16', '--words')).toContain(
      'brings its cell, sizes and vocabulary along: leave --hidden, --words away',
    )
    expect(await refused('--lines')).toContain('was made for running text, and knows no beginning of a line')
    expect((await unrolled(['train', '--resume', '--from', model, '--out', model])).err).toContain('leave --from away')
  })
})

test('--validation takes files of its own beside a share', async () => {
  await inFolder(async (folder) => {
    const [book, one, two] = await written(folder, {
      'a.txt': `${words}\n`,
      'b.txt': words.slice(7, 100),
      'c.txt': 'the fox',
    })
    const out = join(folder, 'm.safetensors')
    const own = ['--validation', one!, '--validation', two!]
    await printed('train', book!, '--out', out, '--steps', '4', ...size, ...pace, ...own)
    const said = await printed('train', '--resume', '--out', out, '--steps', '5', '--sample', '0')
    expect(said).toContain('validated on 101 characters of their own\n')
    const { validationLoss } = (await languageModelIn(out)).record
    const [measured] = events(await printed('evaluate', out, one!, two!, '--batch', '1', '--json'))
    expect(measured!['loss']).toBeCloseTo(Number(validationLoss), 5)
    const other = await unrolled(['train', '--resume', '--out', out, '--steps', '6', '--validation', '0.1'])
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('validation is 0.1, in the stored run ')])
  })
  const book = text(words)
  expect(paceOf({ validation: ['0.25'] }, book).validation).toBe(0.25)
  expect(paceOf({}, book).validation).toBe(0.05)
  expect(paceOf({ validation: ['b.txt'] }, book, text('ab')).validation).toMatchObject({ string: 'ab' })
})

test('--accumulate, --frozen, --rates and --amsgrad are what the library calls so', () => {
  const book = text(words)
  const optionsFor = (options: Options) => trainingOptions(options, paceOf(options, book))
  const options = { accumulate: 3, frozen: ['embedding*'], rates: ['output.*=0.1', 'layers.*=2'], amsgrad: true }
  expect(optionsFor({ ...options, batch: 4, unroll: 10 })).toMatchObject({
    accumulate: 3,
    frozen: ['embedding*'],
    rates: { 'output.*': 0.1, 'layers.*': 2 },
    validateEvery: Math.floor((words.length * 0.95) / 40 / 3),
  })
  expect(optionsFor(options).optimizer!.options).toMatchObject({ amsgrad: true })
  expect(() => optionsFor({ ...options, optimizer: 'sgd' })).toThrow('sgd has none')
  for (const rate of ['output', 'output=', '=1', 'output=fast']) {
    expect(() => optionsFor({ rates: [rate] })).toThrow(`--rates ${rate}: say a name or pattern`)
  }
})

test('frozen parameters stay as they are', async () => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    const [first, second] = [join(folder, 'first.safetensors'), join(folder, 'second.safetensors')]
    await printed('train', book!, '--out', first, '--steps', '2', ...size, ...pace)
    await printed('train', book!, '--from', first, '--out', second, '--steps', '2', '--frozen', 'embedding*', ...pace)
    const [old, now] = [await languageModelIn(first), await languageModelIn(second)]
    expect(now.parameters['embedding.weight']).toEqual(old.parameters['embedding.weight'])
    expect(now.parameters['output.weight']).not.toEqual(old.parameters['output.weight'])
  })
})

test('with --lines each line is a text of its own, and generate makes whole lines', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'names.txt': names })
    const out = join(folder, 'm.safetensors')
    const said = await printed('train', file!, '--lines', '--out', out, '--steps', '30', '--lr', '0.02', ...size)
    expect(said).toContain(`10 lines, ${names.length + 1} characters`)
    expect(said).toContain(' --count 10 --temperature 0.5\n')
    expect((await languageModelIn(out)).vocabulary.boundary).toBeDefined()
    const { texts } = events(await printed('generate', out, '--count', '5', '--seed', '2', '--json'))[0]!
    expect(texts).toHaveLength(5)
    expect((texts as string[]).join()).not.toContain('\n')
    const third = events(await printed('generate', out, '--seed', '4', '--json'))[0]!
    expect(third['text']).toBe((texts as string[])[2])
    expect(await printed('generate', out, '--count', '5', '--seed', '2')).toBe(`${(texts as string[]).join('\n')}\n`)
    expect(await printed('generate', out, '--prompt', 'ann', '--count', '2')).toMatch(/^ann.*\nann.*\n$/)
    const measured = events(await printed('evaluate', out, file!, '--json'))[0]
    expect(measured).toMatchObject({ units: names.length + 1, leftOut: 0 })
    const resumed = await printed('train', '--resume', '--out', out, '--steps', '31', '--sample', '0')
    expect(resumed).toContain('going on after update 30')
    expect(await readFile(file!, 'utf8')).toBe(names)
  })
})

test('--resume takes another rate, schedule, clipping and limits, and says what is other; what may not change is refused', async () => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    const out = join(folder, 'm.safetensors')
    await printed('train', book!, '--out', out, '--steps', '2', ...size, ...pace)
    const again = ['train', '--resume', '--out', out, '--sample', '0']
    expect(await printed(...again, '--steps', '3', '--lr', '1e-3', '--clip', '1')).toMatch(
      /\ngoing on after update 2.*; other from here on: optimizer\.lr, clip, steps\n/,
    )
    expect(await printed(...again, '--steps', '4', '--schedule', 'cosine')).toContain(
      'other from here on: optimizer.lr, ',
    )
    const { code, err } = await unrolled([...again, '--steps', '9', '--optimizer', 'sgd'])
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('the stored run does not fit: optimizer is sgd, in the stored run adam'),
    ])
  })
})

test.each([
  [['--steps', '3']],
  [['--schedule', 'cosine', '--epochs', '1']],
  [['--patience', '1', '--steps', '900', '--lr', '0']],
])('a run that ended at %j and is resumed neither trains on nor fails', async (end) => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    const out = join(folder, 'm.safetensors')
    const first = events(await printed('train', book!, '--out', out, '--validate-every', '3', ...end, ...size, ...pace))
    const { parameters } = await languageModelIn(out)
    expect(await printed('train', '--resume', '--out', out, '--sample', '0')).toContain(
      '\nnothing is left to do: the run ended (',
    )
    const again = events(await printed('train', '--resume', '--out', out, ...pace.slice(4)))
    const { reason, step } = first.at(-1)!
    expect(again.map(({ event }) => event)).toEqual(['resume', 'done'])
    expect(again.at(-1)).toMatchObject({ reason, step })
    expect((await languageModelIn(out)).parameters).toEqual(parameters)
  })
})

test('a config file, and the record of version 0.1.0, may give one value where several can be', async () => {
  await inFolder(async (folder) => {
    const config = { validation: 0.25, frozen: 'embedding*', hidden: 8, steps: 1, batch: 4, unroll: 10, sample: 0 }
    const [book, file] = await written(folder, { 'a.txt': words, 'config.json': JSON.stringify(config) })
    await printed('train', book!, '--config', file!, '--out', `${folder}/m`)
    const { record } = await languageModelIn(`${folder}/m.safetensors`)
    expect(record['options']).toMatchObject({ validation: ['0.25'], frozen: ['embedding*'] })
  })
})

test('a run is named by its folder too, wherever a model is read', async () => {
  await inFolder(async (folder) => {
    const [book] = await written(folder, { 'a.txt': words })
    await printed('train', book!, '--out', `${folder}/run/`, '--steps', '1', ...size, ...pace)
    const run = join(folder, 'run')
    expect(await printed('show', run)).toContain('languageModel')
    expect(await printed('generate', run, '--length', '3', '--prompt', 'the')).toHaveLength(7)
    expect(await printed('evaluate', run, book!)).toContain('perplexity')
    await printed('train', book!, '--from', run, '--out', `${folder}/next`, '--steps', '1', ...pace)
  })
})
