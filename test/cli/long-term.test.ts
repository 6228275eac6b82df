import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drawing } from '../../cli/long-term/drawing.ts'
import { measureLongTerm, type LongTermResult } from '../../cli/long-term/measure.ts'
import { drawnSequences, longTermNetwork } from '../../cli/long-term/network.ts'
import { reachOf } from '../../cli/long-term/reach.ts'
import { nothing, type Drawn } from '../../cli/long-term/task.ts'
import { longTermTasks } from '../../cli/long-term/tasks.ts'
import { adding } from '../../cli/long-term/tasks/adding.ts'
import { copy } from '../../cli/long-term/tasks/copy.ts'
import { parity } from '../../cli/long-term/tasks/parity.ts'
import { reber } from '../../cli/long-term/tasks/reber.ts'
import { sentences } from '../../cli/long-term/tasks/sentences.ts'
import { defineCell, gru, lstm, rnn } from '../../src/node.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const drawn = (task: { draw: (typeof adding)['draw'] }, distance: number): Drawn[] =>
  Array.from({ length: 200 }, (_, i) => task.draw(distance, 3, i))

test('adding: two steps are marked, one in each half, and the answer is their sum', () => {
  for (const { x, target } of drawn(adding, 9)) {
    const marked = (x as number[][]).flatMap(([value, mark], t) => (mark === 1 ? [{ value: value!, t }] : []))
    expect(marked.map(({ t }) => t < 4)).toEqual([true, false])
    expect(target).toEqual([marked[0]!.value + marked[1]!.value])
  }
})

test('copy: each symbol is asked for so many steps after it was shown', () => {
  for (const { x, target } of drawn(copy, 12)) {
    expect(x).toHaveLength(15)
    target.forEach((asked, t) => expect(asked).toBe(t < 12 ? nothing : x[t - 12]))
    expect(x.slice(3, 12).every((symbol) => symbol === 4)).toBe(true)
    expect(x[12]).toBe(5)
  }
})

test('parity: three coins, the first at once; the answer is whether heads are odd', () => {
  const places = new Set<number>()
  for (const { x, target } of drawn(parity, 8)) {
    const coins = (x as number[]).flatMap((symbol, t) => (symbol < 2 ? [{ symbol, t }] : []))
    expect(coins).toHaveLength(3)
    expect(coins[0]!.t).toBe(0)
    expect(target[0]).toBe(coins.reduce((sum, { symbol }) => sum + symbol, 0) % 2)
    coins.forEach(({ t }) => places.add(t))
  }
  expect(places.size).toBe(8)
})

test('reber: the inner string is one of the grammar, of just the length that is asked for', () => {
  const grammar = /^B(T|P)(B.*E)$/
  for (const distance of [6, 7, 20, 41]) {
    const inner = new Set<string>()
    for (const { x, target } of drawn(reber, distance)) {
      const string = (x as number[]).map((symbol) => 'BTPSXVE'[symbol]).join('')
      expect(string).toHaveLength(distance + 1)
      const [, which, rest] = grammar.exec(string)!
      expect(which).toBe('TP'[target[0]!])
      expect(accepted(rest!)).toBe(true)
      inner.add(rest!)
    }
    expect(inner.size).toBeGreaterThan(distance === 6 ? 1 : 2)
  }
})

/** Reber's grammar as an expression: behind T S* X, as behind P T* V P, there is S, or X T* V, which leads on or back. */
const accepted = (string: string): boolean => /^B(TS*X(XT*VP)*(S|XT*VV)|PT*V(PXT*V)*(V|PS))E$/.test(string)

test('sentences: the answer is spoken in the country so many words before, wherever else others live', () => {
  const answers = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const text = sentences.read(15, 3, i)
    expect(text).toMatch(/^I grew up in \S+\. .* I speak fluently \S+$/)
    const words = text.replaceAll(/([.,])/g, ' $1').split(/ +/)
    expect(words.length - 1).toBe(sentences.draw(15, 3, i).x.length)
    expect(words.length - 2 - 4).toBe(15)
    if (words[4] === 'Canada') expect(words.at(-1)).toBe('French')
    if (words[4] === 'Brazil') expect(words.at(-1)).toBe('Portuguese')
    answers.add(words.at(-1)!)
  }
  expect(answers.size).toBe(sentences.classes)
})

test.each(longTermTasks)(
  '$name: seeds make other sequences, the same seed the same, the shortest distance works',
  (task) => {
    const [one, again, other] = [1, 1, 2].map((seed) => drawnSequences(task, task.shortest + 9, 20, seed).hash)
    expect(one).toBe(again)
    expect(one).not.toBe(other)
    expect(drawnSequences(task, task.shortest, 20, 1).count).toBe(20)
  },
)

test('the gradient’s reach is what the recurrence makes it', async () => {
  const half = defineCell(`h' = 0.5 * h + U @ x`)
  const net = longTermNetwork(copy, { cell: half, hidden: 8, seed: 1 })
  const { gradient, steps } = await reachOf(net, drawnSequences(copy, 20, 4, 1), {})
  // 0.5⁶ is 1.6 %, 0.5⁷ 0.8 %.
  expect(steps).toBe(6)
  gradient.slice(0, 12).forEach((share, back) => expect(share).toBeCloseTo(0.5 ** back, 6))
})

test('gated cells learn the adding problem where a plain tanh network does not', { timeout: 180_000 }, async () => {
  const effort = { hidden: 32, seed: 1, steps: 700, lr: 0.01 }
  const [plain, ...gated] = await Promise.all([rnn, lstm, gru].map((cell) => measureLongTerm(adding, cell, 30, effort)))
  expect(plain!.holds).toBe(false)
  for (const { holds, accuracy } of gated) expect([holds, accuracy > 0.7]).toEqual([true, true])
})

const small = ['--tasks', 'copy,parity', '--cells', 'rnn,gru', '--hidden', '6', '--steps', '20']

test('the experiment measures a grid and says what broke, as a table, JSON and a drawing', async () => {
  await inFolder(async (folder) => {
    const svg = join(folder, 'a.svg')
    const args = ['experiment', 'long-term', ...small, '--distances', '12,3', '--svg', svg]
    const { out, code, err } = await unrolled([...args, '--json'])
    expect([code, err]).toEqual([0, ''])
    const all = events(out)
    // A copy over three steps is none.
    expect(all.map(({ task, cell, distance }) => [task, cell, distance].join(' ')).slice(0, -1)).toEqual([
      'parity rnn 3',
      'parity gru 3',
      'copy rnn 12',
      'copy gru 12',
      'parity rnn 12',
      'parity gru 12',
    ])
    expect(all.at(-1)).toMatchObject({ event: 'done', measured: 6, left: 0, breaks: { copy: { rnn: 12 } } })
    expect((await readFile(svg, 'utf8')).match(/<polyline/g)).toHaveLength(4)
    const shown = await unrolled(args)
    expect(shown.out).toMatch(
      /copy: 3 symbols .*guessing gives 25 %\n +distance +12\n {2}rnn +right +\d+ % +breaks at 12\n/,
    )
    expect(shown.out).toContain('6 networks trained in ')
    const text = (result: Record<string, unknown>): string => `${Math.round(100 * Number(result['accuracy']))} %`
    for (const result of all.slice(0, -1)) expect(shown.out).toContain(text(result))
  })
})

test('Ctrl-C shows what was measured so far', async () => {
  const args = ['experiment', 'long-term', ...small, '--distances', '12', '--json']
  const { out, code } = await unrolled(args, { interruptWhen: (sofar) => sofar.includes('"measured"') })
  expect(code).toBe(130)
  const all = events(out)
  expect(all.at(-1)).toMatchObject({ event: 'done', measured: all.length - 1, left: 4 - (all.length - 1) })
  expect(all.length).toBeLessThan(4)
})

test.each([
  [['long-tern'], /did you mean long-term/],
  [['long-term', '--tasks', 'adding,copi'], /--tasks copi: there is no such task; did you mean copy\?/],
  [['long-term', '--cells', 'gruu'], /did you mean gru/],
  [['long-term', '--distances', '10,x'], /--distances x: a distance is a whole number/],
  [['long-term', '--distances', '1', '--tasks', 'copy'], /the least that make sense are: copy 4/],
  [['long-term', '--steps', '0'], /--steps is 0/],
])('what cannot be tried is said: %j', async (args, message) => {
  const { code, err, out } = await unrolled(['experiment', ...args])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

test('a drawing has a panel for each task', () => {
  const reach = { gradient: [1], steps: 0 }
  const result: LongTermResult = {
    task: 'a<b',
    cell: 'c',
    distance: 1,
    accuracy: 1,
    guessing: 0.5,
    holds: true,
    steps: 1,
    seconds: 1,
    before: reach,
    after: reach,
  }
  expect(drawing([result, { ...result, task: 'd' }])).toMatch(/a&lt;b[\s\S]*>d</)
})
