import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { betterChances } from '../../cli/forecasts/chances.ts'
import { isForecaster, type BacktestReport, type Forecaster } from '../../src/index.ts'
import { loadModel, saveModel } from '../../src/node.ts'
import { printed, refused, written } from './tables.ts'
import { events, unrolled } from './terminal.ts'

/** Days of sales that are higher at weekends, and whether a shop is open, which doubles them. */
const dayOf = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
const open = (i: number): number => (i % 11 === 3 ? 0 : 1)
const sales = (i: number): string =>
  (10 + 4 * Math.sin((2 * Math.PI * i) / 7) + 5 * open(i) + Math.sin(i * 12.9898) * 0.8).toFixed(2)
const rows = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${dayOf(from + i)},${sales(from + i)},${open(from + i)}`).join('\n')
const future = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${dayOf(from + i)},,${open(from + i)}`).join('\n')
const head = 'day,sales,open'
const quick = ['--target', 'sales', '--horizon', '7', '--steps', '300', '--seed', '1']

let folder: string
let history: string
let model: string
let first: string
afterAll(() => rm(folder, { recursive: true, force: true }))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unrolled-forecast-'))
  const [known] = await written(folder, { 'sales.csv': `${head}\n${rows(0, 240)}\n${future(240, 247)}\n` })
  history = known!
  model = join(folder, 'sales.safetensors')
  first = await printed('forecast', history, ...quick, '--known', 'open', '--out', model)
})

const kept = async (): Promise<Forecaster> => {
  const found = await loadModel(model)
  if (!isForecaster(found)) throw new Error('no forecaster')
  return found
}

test('a stranger is told what was found, how the test went, the forecast, and all that was assumed', async () => {
  expect(first).toMatch(/time is day\n {2}240 days, 2024-01-01 to 2024-08-27\n {2}season of 7 steps/)
  expect(first).toMatch(/this model .*\nseasonal naive .*\nnaive /)
  // The days behind the last observation, one after the other.
  expect(first.match(/^2024-\d\d-\d\d(?= {2})/gm)!.slice(0, 7)).toEqual(
    Array.from({ length: 7 }, (_, i) => dayOf(240 + i)),
  )
  expect(first).toMatch(/on 20 past windows this model's error was/)
  expect(first.split('\nAssumed\n')[1]).toMatch(
    /7 steps ahead\n.*a season of 7 steps; --season says otherwise\n  (values|changes) .*: the mean absolute error of validation was (.* of .*, ){3}.*; --transform and --differences say otherwise\n.*reads 21 steps(.*\n)+.*tested on the last 45: 20 windows of 7 steps, 2 from one/,
  )
  expect(first).toContain(`unrolled forecast ${model} ${history}`)
})

test('values and changes are tried, as they are and by their logarithm; validation chooses, where no option does', async () => {
  const growing = Array.from(
    { length: 240 },
    (_, i) => `${dayOf(i)},${(Math.exp(i / 60) * Number(sales(i))).toFixed(2)}`,
  )
  const [file] = await written(folder, { 'growing.csv': `day,sales\n${growing.join('\n')}\n` })
  const tried = async (...options: string[]): Promise<readonly unknown[]> =>
    events(await printed('forecast', file!, ...quick, '--json', ...options)).flatMap(
      ({ event, transform, differences, assumed }) =>
        event === 'way'
          ? [[transform, differences] as unknown]
          : assumed === undefined
            ? []
            : [(assumed as string[])[2] as unknown],
    )
  expect(await tried('--season', '7')).toEqual([
    ['none', undefined],
    ['log', undefined],
    ['none', 7],
    ['log', 7],
    // A model of values that grow tenfold in the end sees none of the kind before.
    expect.stringMatching(/^(?!values as they are)/),
  ])
  expect(await tried('--transform', 'none', '--differences', '0')).toEqual([['none', undefined], 'values as they are'])
  expect(await tried('--transform', 'log', '--differences', '1')).toEqual([
    ['log', 1],
    'changes of log to the step before',
  ])
  expect(await refused('forecast', file!, '--transform', 'lg')).toMatch(/transform is 'lg'; it must be 'none', 'log'/)
  expect(await refused('forecast', file!, '--horizon', '7', '--differences', '200')).toMatch(
    /--differences 200 leaves 0 windows to learn from; 40 are needed/,
  )
  expect(await refused('forecast', model, history, '--transform', 'log')).toMatch(/--transform log is of training/)
})

test('no part that judges was learnt from: training ends before validation, that before calibration, that before the test', async () => {
  const { coding, conformal, verdict } = await kept()
  const day = (at: unknown): number => (Number(at) - Date.UTC(2024, 0, 1)) / 86_400_000
  expect(day(coding.until)).toBe(240 - 45 - 36 - 24 - 1)
  expect(day(conformal!.until)).toBe(240 - 45 - 1)
  expect(conformal!.windows).toBe(36 - 7 + 1)
  expect(verdict!.windows).toBe(20)
})

test('a model forecasts a history that goes on, read as the first was, with what is known ahead', async () => {
  const [more] = await written(folder, { 'more.csv': `${head}\n${rows(0, 260)}\n${future(260, 267)}\n` })
  const [answer, ...others] = events(await printed('forecast', model, more!, '--json'))
  expect(others).toEqual([])
  expect(answer).toMatchObject({
    event: 'forecast',
    by: 'model',
    name: 'sales',
    times: expect.arrayContaining([dayOf(260)]),
  })
  const point = answer!['point'] as number[]
  point.forEach((value, i) => expect(Math.abs(value - Number(sales(260 + i)))).toBeLessThan(4))
  const csv = await printed('forecast', model, more!, '--csv', '--horizon', '3')
  expect(csv.split('\n')).toHaveLength(5)
  expect(csv).toMatch(new RegExp(`^time,forecast,q0.025,.*\n${dayOf(260)},`))
  const drawn = await printed('forecast', model, more!, '--plot')
  expect(drawn).toMatch(/past .* forecast .* 80 %[\s\S]*┊[\s\S]*└/)
  expect(drawn).toContain("this model's error was")
  const svg = join(folder, 'sales.svg')
  await printed('forecast', model, more!, '--svg', svg)
  expect(await readFile(svg, 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
})

test('a backtest prints its table and keeps the verdict in the file, but for --dry; windows are those behind the calibration', async () => {
  const before = await readFile(model)
  const dry = events(await printed('backtest', model, history, '--dry', '--json'))
  expect(await readFile(model)).toEqual(before)
  expect(dry).toEqual([expect.objectContaining({ event: 'done', windows: 6, horizon: 7 })])
  expect(await printed('backtest', model, history, '--windows', '4', '--every', '3')).toMatch(
    /MASE[\s\S]*\nthe verdict is kept in .*sales\.safetensors; unrolled forecast tells it\n$/,
  )
  expect((await kept()).verdict!.windows).toBe(4)
  expect(await printed('forecast', model, history)).toMatch(/on 4 past windows/)
  expect((await printed('backtest', model, history, '--csv', '--dry')).split('\n')[1]).toMatch(/^this model,/)
  expect(await refused('backtest', model, history, '--windows', '200')).toMatch(/at most \d+/)
})

test('other commands take a forecaster, or say which one does', async () => {
  expect(await printed('evaluate', model, history)).toMatch(
    /windows: loss [\d.]+\n\d+ windows · mean absolute error[\s\S]*within +50/,
  )
  expect(await printed('show', model)).toMatch(/^forecaster[\s\S]*horizon: 7/)
  for (const how of [[], ['--csv'], ['--json']]) {
    expect(await printed('predict', model, history, ...how)).toBe(await printed('forecast', model, history, ...how))
  }
  expect(await refused('predict', model, history, '--n-best', '3')).toContain('--n-best says nothing of a forecaster')
  expect(await refused('predict', model)).toMatch(/name the history/)
  expect(await refused('score', model, history)).toMatch(/unrolled anomalies tells which steps/)
  expect(await refused('train', history, '--from', model, '--out', join(folder, 'further'))).toContain(
    `a forecaster is trained anew: unrolled train ${history} --task forecaster`,
  )
})

test('train --task forecaster keeps the model that forecast --out keeps, and shows the same', async () => {
  const out = join(folder, 'trained', 'm')
  const run = [history, ...quick, '--known', 'open', '--transform', 'none', '--differences', '7']
  const told = await printed('train', ...run, '--task', 'forecaster', '--out', out)
  const other = join(folder, 'other.safetensors')
  const wanted = await printed('forecast', ...run, '--out', other)
  const plain = (text: string): string => text.replaceAll(/ended after \S+ /g, '').replaceAll(/\S+\.safetensors/g, 'm')
  expect(plain(told)).toBe(plain(wanted))
  const [own, theirs] = [await loadModel(`${out}.safetensors`), await loadModel(other)] as Forecaster[]
  expect(own!.parameters).toEqual(theirs!.parameters)
  expect([own!.verdict, own!.conformal, own!.record['files']]).toEqual([theirs!.verdict, theirs!.conformal, [history]])
  // Asked once more, it is not written over.
  expect(await refused('train', ...run, '--task', 'forecaster', '--out', out)).toMatch(
    /is there already: name another place/,
  )
  const lines = events(await printed('train', ...run, '--task', 'forecaster', '--out', `${out}2`, '--json'))
  expect(lines.at(-1)).toMatchObject({ event: 'done', model: `${out}2.safetensors` })
})

test('of a forecaster that is to be trained, what says nothing of it is refused, and nothing is left behind', async () => {
  const place = join(folder, 'nowhere')
  const run = ['train', history, '--task', 'forecaster', '--out', join(place, 'm')]
  expect(await refused(...run, '--hidden', '8')).toContain('--hidden says nothing of a forecaster')
  expect(await refused(...run, '--text', 'day')).toContain(
    '--text is for tables; what is read here are series over time',
  )
  expect(await refused(...run, '--horizon', '0')).toContain('--horizon is 0; it must be a whole number')
  expect(await refused('train', '--task', 'forecaster', '--out', join(place, 'm'))).toContain('name the history')
  expect(await refused('train', history, '--label', 'open', '--horizon', '3', '--out', join(place, 'm'))).toContain(
    '--horizon is for series over time',
  )
  const [short] = await written(folder, { 'shorter.csv': `${head}\n${rows(0, 40)}\n` })
  expect(await refused('train', short!, '--target', 'sales', ...run.slice(2))).toMatch(
    /takes \d+; so there is no model to keep, but unrolled forecast, where --out is left away, tells what a rule says/,
  )
  expect(existsSync(place)).toBe(false)
})

test('where a model lost, what the rule says that won is told beside it', async () => {
  const lost = await kept()
  const other = join(folder, 'lost.safetensors')
  lost.verdict = {
    ...lost.verdict!,
    better: false,
    instead: 'seasonal naive',
    text: 'it lost. Use seasonal naive instead',
  }
  await saveModel(lost, other)
  const told = events(await printed('forecast', other, history, '--json'))
  expect(told.map(({ by }) => by)).toEqual(['model', 'seasonal naive'])
  const point = told[1]!['point'] as number[]
  expect(point).toEqual(Array.from({ length: 7 }, (_, i) => Number(sales(233 + i))))
  expect(await printed('forecast', other, history)).toMatch(/What seasonal naive says, which did better in the test:/)
})

test('a model that lost by its single numbers is spoken well of where its chances are the better ones', () => {
  const byName = (own: number | undefined) =>
    [
      { name: 'this model', crps: own },
      { name: 'naive', crps: 1.083 },
    ] as unknown as BacktestReport['byName']
  expect(betterChances({ byName: byName(0.3532) }, 'naive')).toMatch(/0\.3532 against 1\.083 of naive/)
  expect(betterChances({ byName: byName(1.2) }, 'naive')).toBeUndefined()
  expect(betterChances({ byName: byName(undefined) }, 'naive')).toBeUndefined()
})

test('too few steps for a model: a simple rule says it, and why', async () => {
  const [short, one] = await written(folder, {
    'short.csv': `${head}\n${rows(0, 40)}\n`,
    'one.csv': `${head}\n${rows(0, 1)}\n`,
  })
  const said = await printed('forecast', short!, '--target', 'sales')
  expect(said).toMatch(
    /sales has 40 steps; to train, calibrate and test a model that says 14 steps ahead takes \d+\. So there is no model/,
  )
  expect(said).toMatch(/2024-02-10 .*[\s\S]*said by seasonal naive, with intervals by its errors in the past/)
  expect(await refused('forecast', short!, '--target', 'sales', '--out', join(folder, 'x.safetensors'))).toMatch(
    /where --out is left away/,
  )
  expect(existsSync(join(folder, 'x.safetensors'))).toBe(false)
  const { code, err } = await unrolled(['forecast', one!, '--target', 'sales'])
  expect([code, err]).toEqual([1, expect.stringMatching(/^error: /)])
})

test('what is wrong is said, and what would be right', async () => {
  const [bare, brief] = await written(folder, {
    'bare.csv': `${head}\n${rows(0, 240)}\n`,
    'brief.csv': `${head}\n${rows(0, 12)}\n${future(12, 19)}\n`,
  })
  expect(await refused('forecast', model, bare!)).toMatch(/of open, known ahead, sales has 0 steps behind its last/)
  expect(await refused('forecast', model, brief!)).toMatch(/sales has 12 steps; the model reads 21/)
  expect(await refused('forecast', model, history, '--horizon', '8')).toMatch(/at most 7/)
  expect(await refused('forecast', model, history, '--of', 'costs')).toMatch(/no such series; there is sales/)
  expect(await refused('forecast', model)).toMatch(/name the history/)
  expect(await refused('forecast', model, history, '--minutes', '1')).toMatch(/is of training/)
  expect(await refused('forecast', history, '--target', 'costs')).toMatch(/costs/)
  expect((await unrolled(['forecast', history, '--csv', '--json'])).out).toMatch(/leave one away/)
  expect(await refused('forecast', bare!, '--svg', 'a.svg')).toMatch(/a picture is of one series.*--of 'sales'/)
  expect(await refused('forecast', history, '--resample', 'week')).toMatch(/day:sum/)
  expect(await refused('forecast', join(folder, 'gone.csv'))).toMatch(/gone\.csv/)
})

test('standard input is read where a history is -', async () => {
  const { code, out } = await unrolled(['forecast', model, '-', '--csv'], { input: await readFile(history, 'utf8') })
  expect([code, out]).toEqual([0, await printed('forecast', model, history, '--csv')])
})

test('what a forecast comes from is told where it is asked', async () => {
  expect(await printed('forecast', model, history, '--explain')).toMatch(
    /sales: the forecast's mean is .*\ntaken away, part by part:\nsales .*\nopen /,
  )
  const told = events(await printed('forecast', model, history, '--explain', '--json')).filter(
    ({ event }) => event === 'explanation',
  )
  expect(told).toEqual([expect.objectContaining({ name: 'sales', inputs: ['sales', 'open'] })])
})

test('anomalies are steps that a model did not expect, by a history in which all is usual', async () => {
  const odd = rows(240, 360).split('\n')
  odd[60] = `${dayOf(300)},80,1`
  const [usual, later] = await written(folder, {
    'usual.csv': `${head}\n${rows(0, 240)}\n`,
    'later.csv': `${head}\n${odd.join('\n')}\n`,
  })
  const found = events(await printed('anomalies', model, later!, '--usual', usual!, '--false-alarms', '0.01', '--json'))
  expect(found.at(-1)).toMatchObject({ event: 'done', falseAlarms: 0.01, found: found.length - 1 })
  const worst = found.slice(0, -1).sort((a, b) => Number(b['score']) - Number(a['score']))[0]
  expect(worst).toMatchObject({ event: 'anomaly', name: 'sales', time: `${dayOf(300)}T00:00:00.000Z`, value: 80 })
  expect(await printed('anomalies', model, later!, '--usual', usual!, '--false-alarms', '0.01', '--csv')).toContain(
    `sales,${dayOf(300)}T00:00:00.000Z,80,`,
  )
  expect(await printed('anomalies', model, later!, '--usual', usual!, '--false-alarms', '0.01')).toContain(dayOf(300))
  expect(await refused('anomalies', model, later!)).toMatch(/name a history in which all is usual/)
  expect(await refused('anomalies', model, later!, '--usual', usual!)).toMatch(/falseAlarms is 0.001; .* there are/)
})

test('Ctrl-C takes what was learnt until then', async () => {
  const { code, out } = await unrolled(
    ['forecast', history, '--target', 'sales', '--known', 'open', '--horizon', '7', '--minutes', '5', '--json'],
    {
      interruptWhen: (text) => text.includes('"event":"step"'),
    },
  )
  expect(code).toBe(0)
  const all = events(out)
  expect(all.find(({ event, reason }) => event === 'done' && reason !== undefined)).toMatchObject({ reason: 'aborted' })
  expect(all.filter(({ event }) => event === 'forecast').length).toBeGreaterThan(0)
  expect(all.at(-1)!['assumed']).toContainEqual(expect.stringMatching(/it was interrupted/))
})
