import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

/** Digits as rows of light, each some frames wide, with a dark frame before, between and behind them. */
const shapes = [
  [1, 1, 1],
  [0, 1, 0],
  [1, 0, 0],
] as const
const strips = Array.from({ length: 100 }, (_, i) => {
  const said = Array.from({ length: 2 + (i % 3) }, (_, k) => (k === 0 ? 1 + (i % 2) : Math.floor(i / 3 ** k) % 3))
  const frames = said.flatMap((digit, k) => [[0, 0, 0], ...Array(1 + ((i + k) % 3)).fill(shapes[digit])])
  return { strip: [...frames, [0, 0, 0]] as number[][], said: said.map((digit) => digit + 1).join('') }
})
const jsonl = strips.map((row) => `${JSON.stringify(row)}\n`).join('')
const csv = `strip,said\n${strips.map(({ strip, said }) => `"${JSON.stringify(strip)}",${said}\n`).join('')}`
const learning = ['--cell', 'gru', '--hidden', '12', '--seed', '1', '--epochs', '25', '--lr', '0.03', '--batch', '16']

test('what is said along lists of numbers: trained, reported, heard of rows, and measured', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'strips.jsonl': jsonl })
    const out = join(folder, 'm.safetensors')
    const train = ['train', file!, '--task', 'transcriber', '--label', 'said', '--out', out]
    const said = await printed(...train, ...learning)
    expect(said).toContain('transcriber: said from strip\n')
    expect(said).toMatch(/\n80 rows of \d+ steps each, \d+ at most, 20 held out \(drawn\)/)
    expect(said).toMatch(/\nexact +100\.0 %.*\nsymbol errors +0\.0 %/)
    expect(said).toContain(`unrolled predict ${out} ${file}\n`)

    const [unheard] = await written(folder, { 'unheard.jsonl': `${JSON.stringify({ strip: strips[7]!.strip })}\n` })
    expect(await printed('predict', out, unheard!)).toMatch(new RegExp(`^text .*\\n${strips[7]!.said} +-0\\.`))
    const [told] = events(await printed('predict', out, unheard!, '--json', '--beam', '4'))
    expect(told).toMatchObject({ event: 'prediction', place: `${unheard}, line 1`, text: strips[7]!.said })
    expect((told!['symbols'] as { symbol: string }[]).map(({ symbol }) => symbol).join('')).toBe(strips[7]!.said)
    const rows = (await printed('predict', out, unheard!, '--csv')).split('\n')
    expect(rows[0]).toBe('strip,predicted text,predicted score')
    expect(rows[1]).toMatch(
      new RegExp(`^"${JSON.stringify(strips[7]!.strip).replace(/[[\]]/g, '\\$&')}",${strips[7]!.said},-`),
    )

    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    expect(measured).toMatchObject({ event: 'done', exact: 1, symbolErrorRate: 0, rows: 100 })
    // Half of the symbols of one row in a hundred are others.
    const odd = strips.map((row, i) => ({ ...row, said: i === 0 ? '33' : row.said }))
    const [wrong] = await written(folder, { 'odd.jsonl': odd.map((row) => `${JSON.stringify(row)}\n`).join('') })
    const [found] = events(await printed('evaluate', out, wrong!, '--json'))
    expect(found).toMatchObject({
      exact: 0.99,
      worst: [{ index: 0, is: '33', said: strips[0]!.said, place: `${wrong}, line 1` }],
    })
    const [first] = events(await printed('score', out, wrong!, '--top', '1', '--json'))
    expect(first).toMatchObject({ place: `${wrong}, line 1` })
    expect(await printed('train', '--resume', '--out', out, '--epochs', '26')).toContain('transcriber: said from strip')
  })
})

test('digits that are said are text, and symbols and room are those of all rows', async () => {
  await inFolder(async (folder) => {
    // One row alone has a 9, and is the longest; it may be held out.
    const long = `"${JSON.stringify(Array.from({ length: 9 }, () => [0, 0, 0]))}",119911\n`
    const [file] = await written(folder, { 'strips.csv': csv + long })
    for (const seed of ['0', '1', '2', '3', '4', '5', '6', '7']) {
      const run = ['train', file!, '--task', 'transcriber', '--label', 'said', '--json', '--steps', '1', '--seed', seed]
      const lines = events(await printed(...run, '--hidden', '4', '--out', join(folder, seed)))
      expect(lines[0]).toMatchObject({ task: 'transcriber', training: 81, held: 20 })
      const [shown] = events(await printed('show', join(folder, seed), '--json'))
      expect(shown).toMatchObject({ content: { room: 6, target: { symbols: ['1', '2', '3', '9'] } } })
    }
  })
})

test('longer transcripts than those of training are measured; one that its frames have no room for is named', async () => {
  await inFolder(async (folder) => {
    const out = join(folder, 'm')
    const [strip, longer] = [Array.from({ length: 9 }, () => [0, 0, 0]), '1212121']
    const line = (said: string): string => `${JSON.stringify({ strip, said })}\n`
    const [file, held, over] = await written(folder, {
      'strips.jsonl': jsonl,
      'held.jsonl': line(longer) + line('12'),
      'over.jsonl': line('12') + line('11111111'),
    })
    const run = ['train', file!, '--task', 'transcriber', '--label', 'said', '--held', held!, '--out', out]
    expect(await printed(...run, '--steps', '1', ...small)).toContain(`${held}, line 1: is ${longer}, said `)
    const [found] = events(await printed('evaluate', out, held!, '--json'))
    expect(found).toMatchObject({ event: 'done', rows: 2, worst: [{ is: longer }, { is: '12' }] })
    expect(events(await printed('score', out, held!, '--json'))).toHaveLength(3)
    expect(await refused('evaluate', out, over!)).toContain(
      `${over}, line 2, column "said": 8 symbols need 15 frames, as equal ones behind each other need one between; there are 9`,
    )
  })
})

test('rows may be frames of a sequence', async () => {
  await inFolder(async (folder) => {
    const lines = strips
      .slice(0, 40)
      .flatMap(({ strip, said }, i) => strip.map((frame) => `r${i},${frame.join()},${said}`))
    const [file] = await written(folder, { 'frames.csv': `run,a,b,c,said\n${lines.join('\n')}\n` })
    const run = ['train', file!, '--task', 'transcriber', '--label', 'said', '--x', 'a,b,c', '--sequence', 'run']
    const said = await printed(...run, '--steps', '2', '--out', join(folder, 'm'), ...small)
    expect(said).toContain('transcriber: said from a, b, c, a step a row, a sequence a run\n')
    expect(said).toContain('33 sequences of')
  })
})

test('what does not fit is named with its place', async () => {
  await inFolder(async (folder) => {
    const short = `${jsonl}${JSON.stringify({ strip: [[0, 0, 0]], said: '12' })}\n`
    const [file, few, other] = await written(folder, {
      'strips.jsonl': jsonl,
      'few.jsonl': short,
      'other.jsonl': JSON.stringify({ strip: strips[0]!.strip, said: '14' }),
    })
    const run = ['--task', 'transcriber', '--out', join(folder, 'm'), '--steps', '1', ...small]
    expect(await refused('train', file!, ...run)).toContain(
      'a transcriber writes what is said along the steps of a sequence',
    )
    expect(await refused('train', file!, ...run)).toContain('--label said')
    for (const seed of ['1', '2', '3']) {
      expect(await refused('train', few!, '--label', 'said', ...run, '--seed', seed)).toContain(
        `${few}, line 101, column "said": 2 symbols need 2 frames; there are 1`,
      )
    }
    expect(await refused('train', file!, '--label', 'said', '--held', other!, ...run)).toMatch(
      /other\.jsonl, line 1.*4/,
    )
    expect(await refused('train', file!, '--label', 'said', '--pooling', 'mean', ...run)).toContain(
      'leave --pooling away',
    )
    expect(await refused('train', file!, '--label', 'said', '--baseline', ...run)).toContain('leave --baseline away')
    await printed('train', file!, '--label', 'said', ...run)
    const [odd] = await written(folder, { 'odd.jsonl': '{"strip":[[1,2]]}' })
    expect(await refused('predict', join(folder, 'm'), odd!)).toContain(
      'odd.jsonl, line 1, column "strip" has 2 columns',
    )
  })
})

test('Ctrl-C saves, and the run goes on from there', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'strips.jsonl': jsonl })
    const out = join(folder, 'm.safetensors')
    const run = ['train', file!, '--task', 'transcriber', '--label', 'said', '--out', out, '--epochs', '5', ...small]
    const { code, out: said } = await unrolled(run, { interruptWhen: (text) => text.includes('epoch') })
    expect(code).toBe(130)
    expect(said).toContain('It goes on with\n')
    expect(await printed('train', '--resume', '--out', out)).toMatch(/\nexact /)
  })
})
