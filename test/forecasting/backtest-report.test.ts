import { describe, expect, test } from 'vitest'
import {
  BacktestJudge,
  crpsOfQuantiles,
  mae,
  rmse,
  ruleForecasts,
  rules,
  seasonalScale,
  smape,
  weightedQuantileLoss,
  type BacktestSetting,
  type BacktestWindow,
} from '../../src/forecasting/index.ts'
import { verdictOf } from '../../src/forecasting/verdict.ts'
import { uniform } from '../../src/uniform.ts'

const setting: BacktestSetting = { horizon: 4, season: 4, levels: [0.1, 0.5, 0.9] }
const noise = (window: number, step: number, channel = 0): number => uniform(3, 5, window, step, channel) - 0.5

/** Windows of a wave with noise, whose model knows the wave and is off by `error`, up or down. */
function windowsOf(error: number, windows = 12, channels = ['a']): BacktestWindow[] {
  return Array.from({ length: windows }, (_, window) =>
    channels.map((channel, c) => {
      const wave = (t: number): number => (c + 1) * (10 + 3 * Math.sin((t * Math.PI) / 2))
      const series = Array.from({ length: 28 }, (_, t) => wave(t) + (c + 1) * noise(window, t, c))
      const [past, actual] = [series.slice(0, 24), series.slice(24)]
      const point = actual.map((_, t) => wave(24 + t) + error * (c + 1) * (t % 2 ? 1 : -1))
      const quantiles = [-0.4, 0, 0.4].map((off) => point.map((value) => value + off * (c + 1)))
      return {
        window,
        channel,
        actual,
        scale: seasonalScale(past, setting.season),
        model: { point, quantiles },
        rules: ruleForecasts({ values: past }, setting),
      }
    }),
  ).flat()
}

const judged = (all: readonly BacktestWindow[], how = setting): BacktestJudge => {
  const judge = new BacktestJudge(how)
  all.forEach((window) => judge.take(window))
  return judge
}

describe('errors of all windows together', () => {
  const all = windowsOf(0.2)
  const { byName, coverageByStep } = judged(all).report()

  test('are those of their steps one behind the other', () => {
    const actual = all.flatMap((window) => Array.from(window.actual))
    const forecasts = all.map(({ model, rules }) => new Map([['this model', model], ...rules]))
    expect(byName.map(({ name }) => name)).toEqual(['this model', 'seasonal naive', 'naive', 'drift', 'mean'])
    for (const { name, ...found } of byName) {
      const point = forecasts.flatMap((own) => Array.from(own.get(name)!.point))
      const quantiles = setting.levels.map((_, i) =>
        forecasts.flatMap((own) => Array.from(own.get(name)!.quantiles![i]!)),
      )
      const scaled = all.map((window, i) => mae(forecasts[i]!.get(name)!.point, window.actual) / window.scale!)
      const inside = actual.filter((value, t) => quantiles[0]![t]! <= value && value <= quantiles[2]![t]!)
      const wanted = {
        mae: mae(point, actual),
        rmse: rmse(point, actual),
        mase: scaled.reduce((sum, one) => sum + one / scaled.length, 0),
        smape: smape(point, actual),
        crps: crpsOfQuantiles(quantiles, setting.levels, actual),
        weightedQuantileLoss: weightedQuantileLoss(quantiles, setting.levels, actual),
        coverage: inside.length / actual.length,
      }
      expect(Object.keys(found)).toEqual(Object.keys(wanted))
      for (const [key, value] of Object.entries(wanted))
        expect(found[key as keyof typeof wanted], key).toBeCloseTo(value, 10)
    }
  })

  test('coverage is told by step', () => {
    const held = (t: number): number =>
      all.filter(
        ({ actual, model: { quantiles } }) => quantiles![0]![t]! <= actual[t]! && actual[t]! <= quantiles![2]![t]!,
      ).length / all.length
    expect(Array.from(coverageByStep!)).toEqual([0, 1, 2, 3].map(held))
  })
})

test('what is missing is not judged, and counted', () => {
  const hidden = (stand: number): unknown => {
    const all = windowsOf(0.2).map((window) => ({
      ...window,
      actual: Array.from(window.actual, (value, t) => (t === 2 ? stand : value)),
      missing: [0, 0, 1, 0],
    }))
    const { table: _table, ...report } = judged(all).report()
    return report
  }
  expect(hidden(1e9)).toEqual(hidden(0))
  expect(hidden(0)).toMatchObject({ notes: ['12 of 48 values are missing and not judged'] })
  expect((hidden(0) as { coverageByStep: Float64Array }).coverageByStep[2]).toBeNaN()
  const nothing = windowsOf(0.2, 3).map((window) => ({ ...window, missing: [1, 1, 1, 1] }))
  expect(() => judged(nothing).report()).toThrow('backtest: of 3 windows, 12 steps, no value is there')
})

describe('the verdict', () => {
  test('is the ratio to seasonal naive, with bounds that hold it', () => {
    const { verdict, byName } = judged(windowsOf(0, 30)).report()
    expect(verdict.ratio).toBeCloseTo(byName[0]!.mase! / byName[1]!.mase!, 12)
    expect(verdict).toMatchObject({ windows: 30, horizon: 4, against: 'seasonal naive', better: true })
    expect(verdict.instead).toBeUndefined()
    const [low, high] = verdict.interval!
    expect(low).toBeLessThan(verdict.ratio!)
    expect(high).toBeGreaterThan(verdict.ratio!)
    expect(verdict.text).toBe(
      `on 30 past windows this model's error was ${verdict.ratio!.toFixed(2)} of seasonal naive's (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`,
    )
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
  })

  const sums = (model: number[], rules: Record<string, number[]>): string => {
    const all = Object.entries(rules).map(([name, own]) => [name, Float64Array.from(own)] as const)
    const { text, ...found } = verdictOf(24, 'seasonal naive', {
      model: Float64Array.from(model),
      rules: new Map(all as never),
    })
    expect(found.better).toBe(found.instead === undefined)
    return text
  }

  test.each([
    ['won', [8, 8], { 'seasonal naive': [10, 10], drift: [9, 9] }, "0.80 of seasonal naive's (95 %: 0.80 to 0.80)"],
    [
      'won perhaps',
      [5, 13],
      { 'seasonal naive': [10, 10] },
      "0.90 of seasonal naive's (95 %: 0.50 to 1.30), which may be chance",
    ],
    [
      'lost',
      [12],
      { 'seasonal naive': [10], drift: [11] },
      "1.20 of seasonal naive's: it lost. Use seasonal naive instead",
    ],
    [
      'lost to another',
      [12],
      { 'seasonal naive': [10], drift: [9] },
      "1.20 of seasonal naive's: it lost, and drift's was 0.90. Use drift instead",
    ],
    [
      'won, but not of all',
      [9],
      { 'seasonal naive': [10], mean: [8] },
      "0.90 of seasonal naive's, but mean's was 0.80. Use mean instead",
    ],
    ['is as good', [10], { 'seasonal naive': [10] }, "1.00 of seasonal naive's: it lost. Use seasonal naive instead"],
  ])('says that it %s', (_, model, rules, text) => {
    const windows = model.length === 1 ? '1 past window' : `${model.length} past windows`
    expect(sums(model, rules as never)).toBe(`on ${windows} this model's error was ${text}`)
  })

  test('of a rule without error is that rule', () => {
    expect(sums([3, 0], { 'seasonal naive': [0, 0] })).toBe(
      'on 2 past windows there was nothing for this model to do better: seasonal naive made no error. Use seasonal naive instead',
    )
    // One window without error of the rule makes of some draws a division by nothing.
    const { interval } = verdictOf(1, 'naive', {
      model: Float64Array.of(1, 1),
      rules: new Map([['naive', Float64Array.of(0, 3)]]),
    })
    expect(interval).toBeNull()
  })

  test('draws windows with all their series, so that more series alike do not make it surer', () => {
    const one = judged(windowsOf(0.3, 8)).report().verdict.interval!
    const copies = ['a', 'b', 'c'].flatMap((channel) => windowsOf(0.3, 8).map((window) => ({ ...window, channel })))
    const three = judged(copies).report().verdict.interval!
    three.forEach((bound, i) => expect(bound).toBeCloseTo(one[i]!, 12))
  })
})

test('without a season the model is held against naive', () => {
  const how = { ...setting, season: 1 }
  const all = windowsOf(0.1).map((window) => ({ ...window, rules: ruleForecasts({ values: [1, 4, 2] }, how) }))
  const { verdict, byName } = judged(all, how).report()
  expect(verdict.against).toBe('naive')
  expect(byName.map(({ name }) => name)).toEqual(['this model', 'naive', 'drift', 'mean'])
})

test('series are told apart: on which of them a rule did better', () => {
  const [won, lost] = [windowsOf(0, 6), windowsOf(5, 6).map((window) => ({ ...window, channel: 'b' }))]
  const report = judged([...won, ...lost]).report()
  expect(report.byChannel.map(({ name, best }) => [name, best])).toEqual([
    ['a', 'this model'],
    ['b', 'seasonal naive'],
  ])
  expect(report.byChannel[0]!.ratio).toBeLessThan(1)
  expect(report.table()).toContain('a simple rule did better on 1 of 2 series')
})

test('a past that repeats itself exactly scales nothing, which is said', () => {
  const constant = (channel: string): BacktestWindow[] =>
    windowsOf(0.2, 5).map((window) => ({ ...window, channel, scale: undefined }))
  const some = judged([...windowsOf(0.2, 5), ...constant('b')]).report()
  expect(some.notes).toEqual(['MASE leaves out 20 of 40 values: the past before them repeats itself exactly'])
  expect(some.byName[0]!.mase).toBeCloseTo(judged(windowsOf(0.2, 5)).report().byName[0]!.mase!, 12)
  const all = judged(constant('b')).report()
  expect(all.byName[0]!.mase).toBeUndefined()
  expect(all.verdict.ratio).toBeCloseTo(all.byName[0]!.mae / all.byName[1]!.mae, 12)
  expect(all.notes).toEqual([
    'the past repeats itself exactly, so that no error can be scaled: models are compared by their MAE',
  ])
})

test('rules have the quantiles of the levels, and none of a model that says one number', () => {
  const past = { values: [3, 1, 4, 1, 5, 9, 2, 6] }
  const found = ruleForecasts(past, setting)
  expect(found.get('drift')!.quantiles![2]).toEqual(rules.drift(past, 4, 4).quantile(0.9))
  expect(ruleForecasts(past, { ...setting, levels: [] }).get('drift')!.quantiles).toBeUndefined()
})

test('the table', () => {
  const text = judged(windowsOf(0.2, 3)).report().table()
  expect(text).toMatchInlineSnapshot(`
    "                  MASE     MAE    RMSE   sMAPE    CRPS      wQL  in 80 %
    ────────────────────────────────────────────────────────────────────────
    this model       0.803  0.2458  0.3329   2.4 %  0.1701  0.01699   75.0 %
    seasonal naive   1.089  0.3350  0.4233   3.2 %  0.2071  0.02068   75.0 %
    naive            9.385   2.768   3.371  29.7 %   1.758   0.1757   83.3 %
    drift           10.153   2.984   3.572  32.7 %   1.886   0.1884   83.3 %
    mean             5.309   1.572   2.035  16.0 %  0.9243  0.09233   83.3 %

    step ahead     1     2     3      4
    ───────────────────────────────────
    in 80 %     67 %  67 %  67 %  100 %

    on 3 past windows this model's error was 0.74 of seasonal naive's (95 %: 0.42 to 0.95)"
  `)
  const { quantiles: _quantiles, ...model } = windowsOf(0.2, 1)[0]!.model
  const one = {
    ...windowsOf(0.2, 1)[0]!,
    model,
    rules: ruleForecasts({ values: [1, 2, 4, 3, 1] }, { ...setting, levels: [] }),
  }
  expect(
    judged([one], { ...setting, levels: [] })
      .report()
      .table(),
  ).toMatchInlineSnapshot(`
    "                  MASE     MAE    RMSE    sMAPE  CRPS  wQL
    ──────────────────────────────────────────────────────────
    this model       1.223  0.4114  0.4667    3.9 %     –    –
    seasonal naive  22.063   7.423   7.509  123.6 %     –    –
    naive           26.521   8.923   9.142  162.1 %     –    –
    drift           26.521   8.923   9.142  162.1 %     –    –
    mean            22.955   7.723   7.975  125.3 %     –    –

    on 1 past window this model's error was 0.06 of seasonal naive's"
  `)
})
