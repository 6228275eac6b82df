import { describe, expect, test } from 'vitest'
import {
  cellFromText,
  cellsByName,
  defineCell,
  fingerprint,
  gru,
  knownCell,
  layerNorm,
  lstm,
  lstmPeephole,
  lstmProjected,
  projection,
  recurrentDropout,
  slstm,
  weightDrop,
  zoneout,
  type Cell,
} from '../../src/cells/index.ts'
import { canonicalForm, type Vertex } from '../../src/cells/meaning/canonical-form.ts'
import { meaningGraph, probes } from '../../src/cells/meaning/meaning-graph.ts'
import { Draws } from '../fuzz/draws.ts'
import { changed, rewritten, shuffled } from './rewritten.ts'

const library = [...cellsByName]

describe.each(library)('%s', (_, cell) => {
  test('is found, with every name, however it is written', () => {
    for (let seed = 0; seed < 25; seed++) {
      const { text, states, parameters } = rewritten(cell.text(), new Draws(seed))
      const own = cellFromText(text)
      const found = knownCell(own)
      expect(found?.cell, text).toBe(cell)
      expect(found!.names, text).toEqual({ inputs: { x: 'x' }, states, parameters })
      expect(fingerprint(own), text).toBe(fingerprint(cell))
    }
  })

  test('is not found in a text that means something else', () => {
    const texts = changed(cell.text())
    expect(texts.length).toBeGreaterThan(2)
    const original = fingerprint(cell)
    for (const text of texts) {
      const own = cellFromText(text)
      expect(knownCell(own)?.cell, text).not.toBe(cell)
      expect(fingerprint(own), text).not.toBe(original)
    }
  })
})

test('no two cells of the package have one fingerprint, and it is stable', () => {
  const all = library.map(([, cell]) => fingerprint(cell))
  expect(new Set(all).size).toBe(library.length)
  for (const one of all) expect(one).toMatch(/^[0-9a-f]{16}$/)
  // People keep them: whoever changes these two changes what is kept.
  expect([fingerprint(lstm), fingerprint(gru)]).toEqual(['c444a841c1907c96', '521eb3d5e6044b03'])
})

test('what is no cell is told of', () => {
  for (const other of [undefined, null, 'lstm', {}]) {
    expect(() => fingerprint(other as never)).toThrow(/is no cell; defineCell\(equations\) makes one/)
    expect(() => knownCell(other as never)).toThrow(/is no cell/)
  }
})

test('it is that of a text: FNV-1a of 64 bits', () => {
  const hash = (text: string): string =>
    [...text]
      .reduce(
        (hash, letter) => ((hash ^ BigInt(letter.charCodeAt(0))) * 0x100000001b3n) % 2n ** 64n,
        0xcbf29ce484222325n,
      )
      .toString(16)
      .padStart(16, '0')
  // From the page of those who made it.
  expect([hash(''), hash('a'), hash('foobar')]).toEqual(['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8'])
  for (const [, cell] of library) {
    const texts = probes.map((sizes) => canonicalForm(meaningGraph(cell, sizes).vertices).text)
    expect(fingerprint(cell)).toBe(hash(texts.join('\n\n')))
  }
})

describe('what changes the meaning', () => {
  const swaps: readonly (readonly [Cell, string, string])[] = [
    [gru, '(1 - z) * h + z * n', 'z * h + (1 - z) * n'],
    [lstm, "o * tanh(c')", 'o * tanh(c)'],
    [lstm, "h' = o * tanh(c')", "h' = g * tanh(c')\n  y = h' * o"],
    [lstm, "f * c + i * g\nh' = o * tanh(c')", "f * c + i * o\nh' = g * tanh(c')"],
    [lstm, "h' = o", "y = c'\nh' = o"],
    [lstmPeephole, "po * c'", 'po * c'],
    [lstmProjected, 'size: h = projection', 'size: h = 2'],
    [slstm, "c' = d * c + s * z", "c' = s * c + d * z"],
    [slstm, 'f + m - m', 'm - f - m'],
    [slstm, 'state: m = -1e30', 'state: m = -1e29'],
    [slstm, 'state: m = -1e30', 'state: m = -1e30, n = 1'],
  ]
  test.each(swaps.map(([cell, from, to]) => [cell.name, from, to, cell] as const))(
    '%s: %s → %s',
    (_, from, to, cell) => {
      const text = cell.text().replace(from, to)
      expect(text).not.toBe(cell.text())
      expect(knownCell(cellFromText(text))).toBeUndefined()
    },
  )

  test('a number that happens to be a size', () => {
    const mean = defineCell("h' = tanh(W @ [h, x]) - mean(h)") as Cell
    for (const size of [3, 17]) {
      expect(fingerprint(defineCell(`h' = tanh(W @ [h, x]) - sum(h) / ${size}`) as Cell)).not.toBe(fingerprint(mean))
      const fixed = defineCell(`size: h = ${size}\nh' = tanh(W @ [h, x] + b)`) as Cell
      expect(knownCell(fixed)).toBeUndefined()
    }
  })

  test('which of two states that look alike is the output', () => {
    const ring = (output: string): Cell => cellFromText(`a' = tanh(W @ b)\nb' = tanh(V @ a)\ny = ${output}`)
    expect(fingerprint(ring('a'))).toBe(fingerprint(ring('b')))
    expect(fingerprint(ring('a'))).not.toBe(fingerprint(ring("a'")))
  })
})

describe('modifiers', () => {
  const mine = cellFromText(rewritten(lstm.text(), new Draws(1)).text)
  const { c } = knownCell(mine)!.names.states as { c: string }

  test('count, with their numbers and places', () => {
    const all: readonly Cell[] = [
      lstm,
      layerNorm(lstm),
      weightDrop(lstm, { rate: 0.5 }),
      weightDrop(lstm, { rate: 0.25 }),
      recurrentDropout(lstm, { rate: 0.5 }),
      zoneout(lstm, 0.5),
      zoneout(lstm, { c: 0.5 }),
      zoneout(lstm, { h: 0.5 }),
      zoneout(lstm, { c: 0.5, h: 0.25 }),
      projection(lstm, { size: 2 }),
      projection(lstm, { size: 3 }),
      layerNorm(weightDrop(lstm, { rate: 0.5 })),
      layerNorm(gru),
    ]
    expect(new Set(all.map(fingerprint)).size).toBe(all.length)
    for (const cell of all.slice(1)) expect(knownCell(cell)).toBeUndefined()
  })

  test('act on what they act on, whatever it is called, in any order', () => {
    expect(fingerprint(zoneout(mine, { [c]: 0.5 }))).toBe(fingerprint(zoneout(lstm, { c: 0.5 })))
    expect(fingerprint(layerNorm(mine))).toBe(fingerprint(layerNorm(lstm)))
    expect(fingerprint(layerNorm(zoneout(mine, 0.1)))).toBe(fingerprint(zoneout(layerNorm(lstm), 0.1)))
  })
})

describe('the same in other words', () => {
  const same: readonly (readonly [string, string])[] = [
    ["h' = softsign(W @ x)", "h' = W @ x / (1 + abs(W @ x))"],
    ["h' = elu(W @ x)", "h' = elu(W @ x, 1)"],
    ["h' = relu(W @ x)", "a = W @ x\nh' = max(a, 0)"],
    ["h' = h - (W @ x - b)", "h' = b + h - W @ x"],
    ["h' = -b * (W @ x)", "h' = -(W @ x * b)"],
    ["h' = where(h < b, h, W @ x)", "h' = where(b > h, h, W @ x)"],
  ]
  test.each(same)('%s and %s', (a, b) => {
    expect(fingerprint(cellFromText(a))).toBe(fingerprint(cellFromText(b)))
  })
})

describe('texts made to be hard', () => {
  test('many gates that nothing tells apart', () => {
    const gates = (names: readonly string[]): Cell =>
      cellFromText(`h' = h + ${names.map((name) => `tanh(W${name} @ x)`).join(' + ')}`)
    const names = Array.from({ length: 40 }, (_, i) => `${i}`)
    expect(fingerprint(gates(names))).toBe(fingerprint(gates(names.toReversed())))
    expect(fingerprint(gates(names))).not.toBe(fingerprint(gates(names.slice(1))))
  })

  test('rings of states that only their lengths tell apart', () => {
    const rings = (...lengths: readonly number[]): Cell =>
      cellFromText(
        lengths
          .flatMap((length, ring) =>
            Array.from({ length }, (_, i) => `s${ring}${i}' = tanh(W @ s${ring}${(i + 1) % length})`),
          )
          .concat('y = x')
          .join('\n'),
      )
    expect(fingerprint(rings(3, 4, 5))).toBe(fingerprint(rings(5, 3, 4)))
    expect(fingerprint(rings(3, 3, 6))).not.toBe(fingerprint(rings(4, 4, 4)))
    expect(fingerprint(rings(6))).not.toBe(fingerprint(rings(3, 3)))
  })

  test('a value that doubles with every line', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `a${i + 1} = a${i} + a${i}`)
    const cell = cellFromText(`a0 = W @ x\n${lines.join('\n')}\nh' = a200 * h`)
    expect(fingerprint(cell)).toMatch(/^[0-9a-f]{16}$/)
  })
})

test('a canonical form is that of the graph, whatever its numbers', () => {
  for (let seed = 0; seed < 200; seed++) {
    const draws = new Draws(seed)
    const size = 2 + draws.below(7)
    const vertices = Array.from({ length: size }, (): Vertex => ({
      label: draws.pick(['a', 'b']),
      edges: Array.from({ length: draws.below(3) }, () => ({ label: draws.pick(['', '1']), to: draws.below(size) })),
    }))
    const order = shuffled(
      vertices.map((_, i) => i),
      draws,
    )
    const moved = order.map((from): Vertex => ({
      label: vertices[from]!.label,
      edges: shuffled(vertices[from]!.edges, draws).map(({ label, to }) => ({ label, to: order.indexOf(to) })),
    }))
    expect(canonicalForm(moved).text).toBe(canonicalForm(vertices).text)
    const from = draws.below(size)
    const other = vertices.with(from, { ...vertices[from]!, edges: [...vertices[from]!.edges, { label: '', to: 0 }] })
    expect(canonicalForm(other).text).not.toBe(canonicalForm(vertices).text)
  }
})
