import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findAddon } from '../../src/backends/native/addon.ts'
import { loadModel, saveModel, setParameters, tensor } from '../../src/node.ts'
import { builtMain } from '../built.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const words = 'the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(30)
const small = ['--hidden', '8', '--layers', '1', '--batch', '4', '--unroll', '10', '--sample', '20']

/** A small trained model in a folder. */
async function trained(folder: string, steps = 6): Promise<{ file: string; out: string }> {
  const text = join(folder, 'words.txt')
  const out = join(folder, 'model.safetensors')
  await writeFile(text, words)
  const outcome = await unrolled([
    'train',
    text,
    '--out',
    out,
    '--steps',
    String(steps),
    '--validate-every',
    '3',
    ...small,
  ])
  expect(outcome.err).toBe('')
  expect(outcome.code).toBe(0)
  return { file: text, out }
}

test('every command has help with examples', async () => {
  for (const command of ['train', 'generate', 'predict', 'evaluate', 'data', 'show', 'doctor', 'native']) {
    const { code, out } = await unrolled([command, '--help'])
    expect(code).toBe(0)
    expect(out).toContain('Examples:')
    expect(out).toContain('--json')
  }
})

test('train, generate, evaluate and show work on one another', async () => {
  await inFolder(async (folder) => {
    const { file, out } = await trained(folder)
    const again = ['generate', out, '--prompt', 'the ', '--length', '30', '--seed', '5']
    const first = await unrolled(again)
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/^the /)
    expect((await unrolled(again)).out).toBe(first.out)
    expect((await unrolled([...again.slice(0, 2), '--prompt', '-', ...again.slice(4)], { input: 'the \n' })).out).toBe(
      first.out,
    )
    const measured = await unrolled(['evaluate', out, file, '--json'])
    const [result] = events(measured.out)
    expect(result).toMatchObject({ event: 'done', units: words.length - 1 })
    expect(Number(result!['perplexity'])).toBeCloseTo(Math.exp(Number(result!['loss'])), 6)
    const shown = await unrolled(['show', out, '--unroll', '2'])
    expect(shown.out).toContain('layers.0.forward.Wf')
    expect(shown.out).toContain('c₂ = f₂ * c₁ + i₂ * g₂')
  })
})

test('evaluate --weights says what a smaller format costs; generate takes it too', async () => {
  await inFolder(async (folder) => {
    const { file, out } = await trained(folder)
    const loss = async (...args: string[]) =>
      events((await unrolled(['evaluate', out, file, '--json', ...args])).out)[0]!
    const exact = await loss()
    expect(exact).toMatchObject({ weights: 'float32' })
    expect(exact).not.toHaveProperty('percent')
    for (const weights of ['float16', 'int8']) {
      const { loss: rounded, percent, float32, ...rest } = await loss('--weights', weights)
      expect(rest).toMatchObject({ event: 'done', weights, units: words.length - 1 })
      expect(float32).toMatchObject({ loss: exact['loss'], units: words.length - 1 })
      expect(percent).toBeCloseTo(100 * (Number(rounded) / Number(exact['loss']) - 1), 9)
      const said = await unrolled(['evaluate', out, file, '--weights', weights])
      expect(said).toMatchObject({ code: 0, err: '' })
      expect(said.out).toMatch(
        /characters: .* nats.*\n(float16|int8) weights: .* nats.*\n[+−]0\.\d{4} % of the nats\n$/,
      )
      expect((await unrolled(['generate', out, '--length', '9', '--weights', weights])).code).toBe(0)
    }
    for (const command of [
      ['evaluate', out, file],
      ['generate', out],
    ]) {
      const refused = await unrolled([...command, '--weights', 'half'])
      expect(refused.code).toBe(2)
      expect(refused.err).toContain("weights is 'half'; it must be float32, float16 or int8")
    }
  })
})

test('evaluate warns where a smaller format costs too much', async () => {
  await inFolder(async (folder) => {
    const { file, out } = await trained(folder, 60)
    const model = await loadModel(out)
    // A softmax does not mind what all outputs have in common; but beside it, int8 rounds what they differ in to nothing.
    const name = 'output.weight'
    const { data, shape } = model.parameters[name]!
    const columns = shape[1]!
    const values = Float32Array.from(data, (value, at) => (at % columns === 0 ? value + 1000 : value))
    setParameters(model, { [name]: tensor(values, shape) })
    await saveModel(model, out)
    const found = await unrolled(['evaluate', out, file, '--weights', 'int8'])
    expect(found.code).toBe(0)
    expect(found.err).toMatch(/^warning: int8 weights cost .* % of the nats, more than 0.5 %\n$/)
  })
})

test('with --json, train prints one event a line', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const out = join(folder, 'm')
    const { code, out: lines } = await unrolled([
      'train',
      text,
      '--json',
      '--out',
      out,
      '--steps',
      '4',
      '--validate-every',
      '2',
      ...small,
    ])
    expect(code).toBe(0)
    const all = events(lines)
    expect(all.filter(({ event }) => event === 'step')).toHaveLength(4)
    expect(all.filter(({ event }) => event === 'validation')).toHaveLength(2)
    expect(all.filter(({ event }) => event === 'sample')).toHaveLength(2)
    for (const name of ['step', 'epoch', 'loss', 'gradientNorm', 'lr', 'unitsPerSecond', 'elapsedMs', 'timeLeftMs']) {
      expect(all[0]).toHaveProperty(name)
    }
    expect(all.at(-1)).toMatchObject({
      event: 'done',
      backend: expect.stringMatching(/^(native|wasm)$/),
      threads: expect.any(Number),
      model: `${out}.safetensors`,
    })
  })
})

test('a run that is there already is not overwritten; it is resumed with the options it began with', async () => {
  await inFolder(async (folder) => {
    const { file, out } = await trained(folder)
    const refused = await unrolled(['train', file, '--out', out])
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('--resume')
    const resumed = await unrolled(['train', '--resume', '--out', out, '--steps', '9', '--json'])
    expect(resumed.code).toBe(0)
    expect(events(resumed.out)[0]).toMatchObject({ event: 'resume', identical: true, step: 6 })
    expect(events(resumed.out).at(-1)).toMatchObject({ event: 'done', step: 9 })
    const offered = await unrolled(['train', file, '--out', out], { answer: 'g' })
    expect(offered.code).toBe(0)
    expect(offered.out).toContain('unrolled generate')
  })
})

test('Ctrl-C saves and ends with 130; what was saved goes on', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const out = join(folder, 'model.safetensors')
    const args = ['train', text, '--out', out, '--epochs', '500', '--json', ...small]
    const stopped = await unrolled(args, { interruptWhen: (sofar) => sofar.split('\n').length > 5 })
    expect(stopped.code).toBe(130)
    expect(existsSync(out)).toBe(true)
    const step = Number(events(stopped.out).at(-1)!['step'])
    const resumed = await unrolled(['train', '--resume', '--out', out, '--steps', String(step + 2), '--json'])
    expect(events(resumed.out).at(-1)).toMatchObject({ event: 'done', step: step + 2 })
  })
})

test('Ctrl-C while a sample is written leaves no empty line in its place', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const args = ['train', text, '--out', join(folder, 'm'), '--epochs', '500', ...small, '--sample', '50']
    const { code, out } = await unrolled(args, { interruptWhen: (sofar) => sofar.includes('  validation ') })
    expect(code).toBe(130)
    expect(out).toMatch(/ {2}validation .*\ninterrupted, and saved: /)
  })
})

test('the process itself ends with 130 at SIGINT, saved, and without a word at a closed pipe', async () => {
  await inFolder(async (folder) => {
    const main = builtMain()
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const args = [main, 'train', text, '--out', join(folder, 'm'), '--epochs', '5000', '--json', ...small]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.once('data', () => child.kill('SIGINT'))
    child.stdout.resume()
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect(code).toBe(130)
    expect(existsSync(join(folder, 'm.resume.safetensors'))).toBe(true)
    const piped = await new Promise<string>((resolve) => {
      execFile(
        'sh',
        ['-c', `"${process.execPath}" "${main}" generate "${join(folder, 'm.safetensors')}" --length 5000 | head -c 5`],
        // That there is no native backend may be said here; that the pipe is closed may not.
        { env: { ...process.env, NODE_NO_WARNINGS: '1' } },
        (_, out, err) => resolve(out + err),
      )
    })
    expect(piped).toHaveLength(5)
  })
})

test('a config file is checked, and the command line goes first', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const config = join(folder, 'config.json')
    const settings = { hidden: [8, 6], batch: 4, unroll: 10, steps: 50, sample: 0 }
    await writeFile(config, JSON.stringify(settings))
    const out = join(folder, 'm.safetensors')
    const { out: lines } = await unrolled(['train', text, '--config', config, '--steps', '2', '--out', out, '--json'])
    expect(events(lines).at(-1)).toMatchObject({ event: 'done', step: 2 })
    expect((await unrolled(['show', out])).out).toContain('hidden 8–6')
    for (const [wrong, says] of [
      ['{"hiden": 8}', 'there is no option hiden; did you mean hidden?'],
      ['{"batch": "many"}', 'batch must be a number'],
      ['[1]', 'an object is needed'],
      ['{', 'no JSON'],
    ] as const) {
      await writeFile(config, wrong)
      const { code, err } = await unrolled(['train', text, '--config', config])
      expect(code).toBe(2)
      expect(err).toContain(says)
    }
  })
})

test('a cell of your own is a file', async () => {
  await inFolder(async (folder) => {
    const cell = join(folder, 'mine.cell')
    await writeFile(cell, "name: mine\nh' = tanh(W @ [h, x] + b)\n")
    expect((await unrolled(['show', cell, '--latex'])).out).toContain('h_t')
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const out = join(folder, 'm.safetensors')
    expect((await unrolled(['train', text, '--cell', cell, '--steps', '2', '--out', out, ...small])).code).toBe(0)
    expect((await unrolled(['show', out])).out).toContain('recurrent mine')
    await writeFile(cell, "h' = tanh(W @ [h, x] + q)\n")
    const { code, err } = await unrolled(['show', cell])
    expect(code).toBe(1)
    expect(err).toContain('^')
  })
})

test.each([
  ['no such file', ['train', 'nowhere.txt'], 1, 'nowhere.txt'],
  ['no such cell', ['show', 'lsmt'], 2, 'did you mean lstm?'],
  ['no such option', ['train', '--hiden', '3'], 2, 'unknown option'],
  ['no number', ['train', '--hidden', '8', '--batch', 'x'], 2, 'not a number'],
  ['no width', ['train', '--hidden', '8,zero'], 2, 'zero is no width'],
  ['no such optimizer', ['train', '--optimizer', 'adma'], 2, 'did you mean adam?'],
  ['no such backend', ['train', '--backend', 'cuda'], 2, 'there is no backend cuda'],
  ['an impossible rate', ['train', '--dropout', '1.5'], 2, 'rate is 1.5'],
  ['no such command', ['trian'], 2, 'unknown command'],
  ['a missing argument', ['generate'], 2, 'missing required argument'],
])('%s: a clear error and its exit code', async (_, args, code, says) => {
  await inFolder(async (folder) => {
    const all = args[0] === 'train' ? [...args, '--out', join(folder, 'm')] : args
    const outcome = await unrolled(all)
    expect(outcome.err).toContain(says)
    expect(outcome.err).not.toMatch(/\n\s+at /)
    expect(outcome.code).toBe(code)
    const machine = await unrolled([...all, '--json'])
    expect(machine.code).toBe(code)
    expect(events(machine.out).at(-1)).toMatchObject({ event: 'error' })
  })
})

test('texts that are none are refused, each with its reason', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'text.txt')
    for (const [content, says] of [
      ['', 'empty'],
      ['a', '1 of its characters'],
      ['short', 'too few'],
      [Uint8Array.of(104, 105, 0, 1), 'byte 2 is zero'],
      [Uint8Array.of(104, 105, 0xff, 104), 'not UTF-8'],
    ] as const) {
      await writeFile(file, content)
      const { code, err } = await unrolled(['train', file, '--out', join(folder, 'm'), '--steps', '1'])
      expect(code).toBe(1)
      expect(err).toContain(says)
    }
  })
})

test('a damaged model file is refused, whatever is done with it', async () => {
  await inFolder(async (folder) => {
    const { out, file } = await trained(folder)
    const bytes = await readFile(out)
    const broken = join(folder, 'broken.safetensors')
    for (const length of [0, 7, 100, bytes.length - 1]) {
      await writeFile(broken, bytes.subarray(0, length))
      for (const args of [
        ['generate', broken],
        ['evaluate', broken, file],
        ['show', broken],
      ]) {
        const { code, err } = await unrolled(args)
        expect(code).toBe(1)
        expect(err).toContain('broken.safetensors')
      }
    }
    const prompt = await unrolled(['generate', out, '--prompt', 'Ж'])
    expect(prompt.code).toBe(1)
    expect(prompt.err).toContain('U+0416')
  })
})

const measuring = [
  ...('addon' in findAddon() ? ['--backend native'] : []),
  '--backend wasm --threads 1',
  '--backend wasm --threads 2',
]
test.each(measuring)('with %s --profile, train ends with a table, and JSON has it too', async (on) => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const profiled = ['train', text, ...on.split(' '), '--profile', '--steps', '20', ...small, '--hidden', '64']
    const shown = await unrolled([...profiled, '--out', join(folder, 'a')])
    expect(shown.err).toBe('')
    expect(shown.code).toBe(0)
    const lines = shown.out.split('\n')
    const head = lines.findIndex((line) => line.startsWith('kernel '))
    expect(lines[head]!.split(/ {2,}/)).toEqual([
      'kernel',
      'program',
      'calls',
      'ms',
      'time',
      'GFLOP/s',
      'GB/s',
      'of peak',
    ])
    expect(lines[head - 1]).toMatch(
      /^profile of [\d,]+ ms on [\w-]+; \d+ threads? together reach? at most [\d.]+ GFLOP\/s/,
    )
    const table = lines.slice(
      head + 1,
      lines.findIndex((line) => line.includes(' more, each below ')),
    )
    expect(table.some((line) => /^outside of kernels +[\d.]+ +[\d.]+ %$/.test(line))).toBe(true)
    const measured = await unrolled([...profiled, '--json', '--out', join(folder, 'b')])
    expect(measured.code).toBe(0)
    const done = events(measured.out).at(-1)!
    const profile = done['profile'] as { kernel: string; program: string; calls: number; milliseconds: number }[]
    // Which of them the table shows by name depends on how long they took.
    const ofWindow = profile.filter(({ program }) => program === 'window').map(({ kernel }) => kernel)
    expect(ofWindow).toContainEqual(expect.stringMatching(/^product \d+ × \d+ · \d+ × \d+$/))
    expect(profile).toContainEqual(expect.objectContaining({ program: 'window', calls: expect.any(Number) }))
    const times = profile.map(({ milliseconds }) => milliseconds)
    expect(times.length).toBeGreaterThan(10)
    expect(times.reduce((a, b) => a + b)).toBeLessThanOrEqual(Number(done['elapsedMs']) + 0.001)
    expect(done['peak']).toBeGreaterThan(1e9)
  })
})

test('with --profile on a backend that does not measure, train says so and leaves nothing behind', async () => {
  await inFolder(async (folder) => {
    const text = join(folder, 'words.txt')
    await writeFile(text, words)
    const out = join(folder, 'm.safetensors')
    const { code, err } = await unrolled(['train', text, '--backend', 'reference', '--profile', '--out', out, ...small])
    expect(code).toBe(2)
    expect(err).toContain('the backend reference measures no times; native and wasm do')
    expect(existsSync(out)).toBe(false)
  })
})

test('doctor says what runs here', async () => {
  const { code, out } = await unrolled(['doctor', '--json'])
  expect(code).toBe(0)
  const native = 'addon' in findAddon()
  const [found] = events(out)
  expect(found).toMatchObject({ event: 'done', node: process.version, simd: true, native })
  if (native && found!['backend'] === 'native') {
    expect(found!['advice']).toBeUndefined()
    expect(Number(found!['peakGigaflops'])).toBeGreaterThan(1)
  }
  const wasm = await unrolled(['doctor', '--backend', 'wasm'])
  expect(wasm.out).toMatch(/^product .* of [\d.]+ in registers alone$/m)
  expect(wasm.out).toMatch(native ? /^native +yes, kernels /m : /^native +no: /m)
  expect(wasm.out).toMatch(native ? /^advice .*native runs, which is faster$/m : /^advice .*npx unrolled native build/m)
})

test('native says whether the native backend is there, and build builds it', async (context) => {
  const status = await unrolled(['native', '--json'])
  expect(status.code).toBe(0)
  const [found] = events(status.out)
  expect(found).toMatchObject({ event: 'done', available: 'addon' in findAddon() })
  const wrong = await unrolled(['native', 'bild'])
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('unrolled native build')
  if (found!['available'] === false) return context.skip('there may be no C compiler here')
  const shown = await unrolled(['native'])
  expect(shown.out).toMatch(/^the native backend is there: kernels [\w, ]+; \d+ threads?; .*\.node\n$/)
  const built = await unrolled(['native', 'build', '--json'])
  expect(built.err).toBe('')
  expect(events(built.out)[0]).toMatchObject({ event: 'done', available: true, kernels: found!['kernels'] })
})

test('native build without a compiler names what to install', async () => {
  await inFolder(async (folder) => {
    const { PATH, CC } = process.env
    try {
      process.env['PATH'] = folder
      delete process.env['CC']
      const { code, err } = await unrolled(['native', 'build'])
      expect(code).toBe(1)
      expect(err).toMatch(/^error: there is no C compiler .*apt-get install gcc.*xcode-select --install/)
    } finally {
      process.env['PATH'] = PATH
      if (CC !== undefined) process.env['CC'] = CC
    }
  })
})
