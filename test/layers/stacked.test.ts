// Recurrent layers on each other: what passes between them, and what their options say.
import { describe, expect, test } from 'vitest'
import { defineCell, forward, gru, lstm, recurrent, tensor, type RecurrentOptions } from 'unrolled'

const exact = { backend: 'reference' }
/** What comes in goes out; what is computed of it is nothing. */
const pass = defineCell("size: h = input\nh' = x")
const weighted = defineCell("h' = W @ x")

const x = tensor(new Float64Array(3 * 5 * 40).fill(2), [3, 5, 40])

describe('dropout between layers', () => {
  const of = async (layers: number): Promise<Float32Array | Float64Array> => {
    const layer = recurrent({ cell: pass, input: 40, hidden: 40, layers, dropout: 0.5 })
    const { output } = await forward(layer, { parameters: {}, x, training: true, seed: 1 }, exact)
    return output.data
  }

  test('acts once between two, and each time anew', async () => {
    const two = await of(2)
    expect(new Set(two)).toEqual(new Set([0, 4]))
    const kept = (data: Float32Array | Float64Array): number => data.filter((v) => v !== 0).length / data.length
    expect(kept(two)).toBeCloseTo(1 / 2, 1)
    const three = await of(3)
    expect(new Set(three)).toEqual(new Set([0, 8]))
    expect(kept(three)).toBeCloseTo(1 / 4, 1)
  })

  test('has no place in one layer', () => {
    expect(() => recurrent({ cell: pass, input: 2, hidden: 2, dropout: 0.5 })).toThrow(
      'recurrent: dropout is 0.5, but it acts between layers, and there is one',
    )
    expect(recurrent({ cell: pass, input: 2, hidden: 2, dropout: 0 }).declared).toEqual([])
    expect(() => recurrent({ cell: pass, input: 2, hidden: 2, layers: 2, dropout: 1 })).toThrow('recurrent: rate is 1')
  })
})

describe('residual', () => {
  test('adds what comes in to what goes out of each layer, where both are as wide', async () => {
    const twice = recurrent({ cell: pass, input: 40, hidden: 40, layers: 2, residual: true })
    const { output } = await forward(twice, { parameters: {}, x }, exact)
    expect(new Set(output.data)).toEqual(new Set([8]))
    // 40 → 2 → 2: the second alone.
    const layer = recurrent({ cell: weighted, input: 40, hidden: [2, 2], residual: true })
    const parameters = Object.fromEntries(
      layer.declared.map(({ name, shape }) => [
        name,
        tensor(new Float64Array(2 * shape.columns).fill(0.5), [2, shape.columns]),
      ]),
    )
    const narrow = await forward(layer, { parameters, x }, exact)
    // 40 · 2 · ½ = 40, then 40 + 2 · 40 · ½.
    expect(new Set(narrow.output.data)).toEqual(new Set([80]))
  })

  test('goes past both directions, and past dropout', async () => {
    const layer = recurrent({ cell: weighted, input: 4, hidden: 2, direction: 'both', residual: true })
    const at = (name: string): number => layer.declared.findIndex((one) => one.name.includes(name)) + 1
    const parameters = Object.fromEntries(
      layer.declared.map(({ name }, i) => [name, tensor(new Float64Array(8).fill(i + 1), [2, 4])]),
    )
    const given = tensor([[[1, 2, 3, 4]], [[5, 6, 7, 8]]])
    const { output } = await forward(layer, { parameters, x: given }, exact)
    const [ahead, behind] = [at('forward'), at('backward')]
    expect([...output.data]).toEqual([
      ...[1 + 10 * ahead, 2 + 10 * ahead, 3 + 10 * behind, 4 + 10 * behind],
      ...[5 + 26 * ahead, 6 + 26 * ahead, 7 + 26 * behind, 8 + 26 * behind],
    ])
    const dropped = recurrent({ cell: pass, input: 40, hidden: 40, layers: 2, dropout: 0.5, residual: true })
    const ran = await forward(dropped, { parameters: {}, x, training: true, seed: 1 }, exact)
    // 2 + 2 comes out of the first; what the second sees of it is 0 or 8.
    expect(new Set(ran.output.data)).toEqual(new Set([4, 12]))
  })
})

describe('options', () => {
  const names = (options: Partial<RecurrentOptions>): string[] =>
    recurrent({ cell: gru, input: 3, hidden: 2, ...options }).declared.map(({ name }) => name)

  test('names have the layer before them once layers, widths or directions are counted', () => {
    expect(names({})[0]).toBe('Wz')
    expect(names({ direction: 'forward' })[0]).toBe('Wz')
    expect(names({ layers: 1 })[0]).toBe('layers.0.forward.Wz')
    expect(names({ hidden: [2] })[0]).toBe('layers.0.forward.Wz')
    expect(names({ bidirectional: false })[0]).toBe('Wz')
    expect(names({ bidirectional: true })[0]).toBe('layers.0.forward.Wz')
    expect(names({ layers: 2 }).at(-1)).toBe('layers.1.forward.bn')
  })

  test('each layer takes what the one before gives', () => {
    const layer = recurrent({ cell: gru, input: 3, hidden: [4, 5], bidirectional: true })
    expect(layer.declared.map(({ shape }) => shape.columns).filter((columns) => columns > 5)).toEqual([
      ...Array<number>(6).fill(3 + 4),
      ...Array<number>(6).fill(8 + 5),
    ])
    expect(layer.outputs['output']!.columns).toBe(10)
    expect(layer.states.map(({ columns }) => columns)).toEqual([4, 4, 5, 5])
  })

  test.each<[Partial<RecurrentOptions>, string]>([
    [{ hidden: [2, 3], layers: 3 }, 'recurrent: layers is 3, but hidden gives 2 widths'],
    [{ hidden: [] }, 'recurrent: hidden gives no width'],
    [{ hidden: [2, 0] }, 'recurrent: hidden is 0; it must be a whole number, at least 1'],
    [{ hidden: 0 }, 'recurrent: hidden is 0'],
    [{ hidden: 1.5 }, 'recurrent: hidden is 1.5'],
    [{ layers: 0 }, 'recurrent: layers is 0'],
    [{ layers: 4097 }, 'recurrent: layers is 4097'],
    [{ input: 0 }, 'recurrent: input is 0'],
    [{ residual: 1 as never }, 'recurrent: residual is 1; it must be true or false'],
    [{ bidirectional: 'yes' as never }, "recurrent: bidirectional is 'yes'; it must be true or false"],
    [{ units: 3 } as never, 'did you mean hidden?'],
  ])('%j is refused', (given, message) => {
    expect(() => recurrent({ cell: lstm, input: 3, hidden: 2, ...given })).toThrow(message)
  })

  test('as many widths as layers are no contradiction', () => {
    expect(names({ hidden: [2, 3], layers: 2 }).at(-1)).toBe('layers.1.forward.bn')
    expect(recurrent({ cell: pass, input: 1, hidden: 1, layers: 4096 }).states).toHaveLength(4096)
  })
})
