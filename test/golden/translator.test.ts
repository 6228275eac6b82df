// A translator of two layers with additive attention, with lengths on both sides, against PyTorch: outputs, alignment, all gradients.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { backward, lstm, pairs, tensor, translator, type Layer, type Named, type Tensor } from 'unrolled'
import { everyBackend } from '../every-backend.ts'

interface Stored {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
interface Case {
  readonly fed: boolean
  readonly weights: Readonly<Record<string, Stored>>
  readonly gradients: Readonly<Record<string, Stored>>
  readonly source: Stored
  readonly x: Stored
  readonly logits: Stored
  readonly alignment: Stored
  readonly adjoint: Stored
}
const golden = JSON.parse(readFileSync(new URL('translator.json', import.meta.url), 'utf8')) as {
  readonly sizes: {
    readonly size: number
    readonly hidden: number
    readonly layers: number
    readonly lengths: readonly number[]
    readonly sourceLengths: readonly number[]
  }
  readonly cases: readonly Case[]
}
const { size, hidden, layers, lengths, sourceLengths } = golden.sizes
const stored = ({ shape, data }: Stored): Tensor => tensor(Float64Array.from(data), shape)

/** Some rows of a matrix, or of a vector. */
const rows = ({ shape, data }: Stored, from: number, count: number): Stored => {
  const width = shape.length === 1 ? 1 : shape[1]!
  return { shape: [count, ...shape.slice(1)], data: data.slice(from * width, (from + count) * width) }
}

/** Two matrices of as many rows side by side. */
const beside = (a: Stored, b: Stored): Stored => ({
  shape: [a.shape[0]!, a.shape[1]! + b.shape[1]!],
  data: Array.from({ length: a.shape[0]! }, (_, i) => [...rows(a, i, 1).data, ...rows(b, i, 1).data]).flat(),
})

/** PyTorch's arrays, weights or gradients, by our names: gates by themselves, W for [h, x]. */
function ours(theirs: Readonly<Record<string, Stored>>, layer: Layer): Named {
  const result: Record<string, Stored> = {
    'encoder.embedding.weight': theirs['source.weight']!,
    'decoder.embedding.weight': theirs['target.weight']!,
    'decoder.core.attend.W': theirs['query.weight']!,
    'decoder.core.attend.U': theirs['key.weight']!,
    'decoder.core.attend.v': { shape: [hidden], data: theirs['v.weight']!.data },
    'decoder.core.attend.C': theirs['join.weight']!,
    'decoder.output.weight': theirs['output.weight']!,
    'decoder.output.bias': theirs['output.bias']!,
  }
  const cell = (module: string, prefix: string): void => {
    for (let l = 0; l < layers; l++) {
      for (const [way, end] of [
        ['forward', ''],
        ['backward', '_reverse'],
      ] as const) {
        const own = (name: string): Stored | undefined => theirs[`${module}.${name}_l${l}${end}`]
        if (!own('weight_ih')) continue
        for (const [g, gate] of [...'ifgo'].entries()) {
          const part = (name: string): Stored => rows(own(name)!, g * hidden, hidden)
          result[`${prefix}layers.${l}.${way}.W${gate}`] = beside(part('weight_hh'), part('weight_ih'))
          result[`${prefix}layers.${l}.${way}.b${gate}`] = part('bias_ih')
        }
      }
    }
  }
  cell('encoder', 'encoder.core.')
  cell('decoder', 'decoder.core.core.')
  // Theirs gives each layer's h, then its c; ours the states as they are declared.
  const states = layer.states
    .map(({ name }) => /core\.layers\.(\d)\.forward\.([hc])$/.exec(name))
    .filter((at) => at !== null)
  for (const name of ['weight', 'bias']) {
    const parts = states.map(([, l, state]) =>
      rows(theirs[`bridge.${name}`]!, (2 * Number(l) + Number(state === 'c')) * hidden, hidden),
    )
    result[`decoder.core.bridge.${name}`] = {
      shape: [parts.length * hidden, ...parts[0]!.shape.slice(1)],
      data: parts.flatMap(({ data }) => data),
    }
  }
  return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, stored(value)]))
}

const data = pairs([{ source: 'abcd', target: 'xyz' }])

describe.each(golden.cases.map((one) => [one.fed ? 'with input feeding' : 'attention behind', one] as const))(
  '%s',
  (_, one) => {
    const { layer } = translator(data, {
      cell: lstm,
      hidden,
      layers,
      embedding: size,
      bidirectional: true,
      attention: 'additive',
      inputFeeding: one.fed,
    })
    const parameters = ours(one.weights, layer)
    const gradients = ours(one.gradients, layer)

    test.each(everyBackend)('on %s', async (_, engine) => {
      const within = engine.backend === 'reference' ? 1e-10 : 2e-5
      const close = (actual: Tensor, expected: Tensor, name: string, counted?: (at: number) => boolean): void => {
        expect(actual.data.length, name).toBe(expected.data.length)
        actual.data.forEach((value, i) => {
          if (counted?.(i) ?? true) expect(Math.abs(value - expected.data[i]!), `${name}[${i}]`).toBeLessThan(within)
        })
      }
      const tap = 'decoder.core.attend.weights'
      const ran = await backward(
        layer,
        { parameters, inputs: { source: stored(one.source), x: stored(one.x) }, lengths, sourceLengths, taps: [tap] },
        { output: stored(one.adjoint) },
        engine,
      )
      const [, batch, symbols] = one.logits.shape as [number, number, number]
      const there = (at: number): boolean =>
        Math.floor(at / symbols / batch) < lengths[Math.floor(at / symbols) % batch]!
      close(ran.output, stored(one.logits), 'logits', there)
      close(ran.taps[tap]!, stored(one.alignment), 'alignment')
      expect(Object.keys(ran.gradients.parameters).sort()).toEqual(Object.keys(gradients).sort())
      for (const [name, value] of Object.entries(gradients)) {
        expect(ran.gradients.parameters[name]!.shape, name).toEqual(value.shape)
        close(ran.gradients.parameters[name]!, value, name)
      }
    })
  },
)
