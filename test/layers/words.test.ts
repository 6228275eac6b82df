import { describe, expect, test } from 'vitest'
import { backward, forward, tensor, words } from 'unrolled'
import { layerFrom } from '../../src/layers/index.ts'

const layer = words({ symbols: 4, size: 2, characters: { symbols: 5, places: 4, hidden: 3, size: 2 } })
const parameters = layer.parameters({ seed: 5 })
parameters['filters.bias'] = tensor(Float64Array.of(0.3, -0.1, 0.2), [3])
// Two steps of one sequence: the word, then its characters in four places.
const rows = [
  [1, 4, 0, 2, 4],
  [3, 4, 3, 1, 4],
]
const x = tensor(Float64Array.from(rows.flat()), [2, 1, 5])

/** By hand: the word's vector, then the greatest of what each filter finds. */
function expected([word, ...places]: number[]): number[] {
  const at = (name: string, row: number, columns: number): number[] => [
    ...parameters[name]!.data.subarray(row * columns, (row + 1) * columns),
  ]
  const found = [1, 2].map((p) => {
    const seen = [p - 1, p, p + 1].flatMap((place) => at('characters.weight', places[place]!, 2))
    return Array.from({ length: 3 }, (_, f) => {
      const sum = at('filters.weight', f, 6).reduce((total, w, i) => total + w * seen[i]!, 0)
      return Math.max(0, sum + parameters['filters.bias']!.data[f]!)
    })
  })
  return [...at('weight', word!, 2), ...[0, 1, 2].map((f) => Math.max(found[0]![f]!, found[1]![f]!))]
}

describe('words', () => {
  test.each(['reference', 'wasm'] as const)(
    'have a vector of their own and one of their characters: %s',
    async (backend) => {
      const { output } = await forward(layer, { parameters, x }, { backend })
      const wanted = rows.flatMap(expected)
      ;[...output.data].forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5))
    },
  )

  test('gradients are those of differences', async () => {
    const adjoint = tensor(
      Float64Array.from({ length: 10 }, (_, i) => 1 - (i % 3) / 2),
      [2, 1, 5],
    )
    const sum = async (): Promise<number> => {
      const { output } = await forward(layer, { parameters, x }, { backend: 'reference' })
      return [...output.data].reduce((total, value, i) => total + value * adjoint.data[i]!, 0)
    }
    const { gradients } = await backward(layer, { parameters, x }, { output: adjoint }, { backend: 'reference' })
    for (const [name, { data }] of Object.entries(parameters)) {
      for (let i = 0; i < data.length; i += 2) {
        const kept = data[i]!
        data[i] = kept + 1e-3
        const above = await sum()
        data[i] = kept - 1e-3
        const below = await sum()
        data[i] = kept
        expect(gradients.parameters[name]!.data[i], `${name}[${i}]`).toBeCloseTo((above - below) / 2e-3, 3)
      }
    }
  })

  test('are made again of their description, and do without characters', () => {
    expect(layerFrom(layer.description).description).toEqual(layer.description)
    expect(words({ symbols: 3, size: 2 }).inputs['x']).toMatchObject({ columns: 1 })
    expect(() => words({ symbols: 3, size: 2, characters: { symbols: 2, places: 2, hidden: 1 } })).toThrow(
      'words: characters: places is 2; it must be a whole number, at least 3',
    )
  })
})
