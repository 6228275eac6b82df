import { expect, test } from 'vitest'
import { adam, languageModel, lstm, memoryStore, text, train, type LanguageModel } from 'unrolled'
import { decodeResume, encodeResume, type Resume } from '../../src/formats/run-file.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'

const book = text('It was a dark and stormy night. '.repeat(20))
const options = { batch: 4, unroll: 6, steps: 5, optimizer: adam(), seed: 2 }
const model = (): LanguageModel => languageModel(book, { cell: lstm, hidden: 4, seed: 1 })

const store = memoryStore()
await train(model(), book, { ...options, checkpoint: store }).finish()
const whole = decodeResume(store.resume!)

/** What is said where a run is to go on from a file that was changed; nothing else may have changed by it. */
async function refused(
  change: (arrays: Record<string, Tensor>, state: Record<string, never>) => void,
): Promise<string> {
  const changed: Resume = { ...whole, arrays: { ...whole.arrays }, state: structuredClone(whole.state) }
  change(changed.arrays, changed.state as Record<string, never>)
  const bytes = encodeResume(changed)
  const written: Uint8Array[] = []
  const checkpoint = {
    readResume: async () => bytes,
    writeModel: async (bytes: Uint8Array) => void written.push(bytes),
    writeResume: async (bytes: Uint8Array) => void written.push(bytes),
  }
  const going = model()
  const first = JSON.stringify(Object.entries(going.parameters))
  const run = train(going, book, { ...options, steps: 9, checkpoint, resume: true }).finish()
  const error = await run.then(
    () => undefined,
    (error: unknown) => error as Error & { code: string },
  )
  expect(error?.code).toBe('checkpoint')
  expect(written).toEqual([])
  expect(JSON.stringify(Object.entries(going.parameters))).toBe(first)
  return error!.message
}

const put = (name: string, change: (data: Float32Array) => Float32Array) => (arrays: Record<string, Tensor>) => {
  const data = change(Float32Array.from(arrays[name]!.data))
  arrays[name] = tensor(data, [data.length])
}
const [state, moment] = ['state.', 'moment.'].map((prefix) =>
  Object.keys(whole.arrays).find((key) => key.startsWith(prefix))!,
)

test.each<[string, (arrays: Record<string, Tensor>) => void, RegExp]>([
  ['a state is shorter', put(state!, (data) => data.slice(1)), /does not fit: its state .* has \d+ numbers, not \d+/],
  ['a state is missing', (arrays) => void delete arrays[state!], /its state .* has 0 numbers/],
  ['a state is no number', put(state!, (data) => data.fill(NaN, 3)), /array state\..* holds NaN at 3/],
  ['a moment is infinite', put(moment!, (data) => data.fill(-Infinity, 2, 3)), /array moment\..* holds -Infinity at 2/],
  ['a moment is longer', put(moment!, (data) => new Float32Array(data.length + 1)), /numbers; \d+ fit the model/],
  ['a moment is missing', (arrays) => void delete arrays[moment!], /keeps the moments/],
])('a stored run that does not fit is refused, and nothing is changed: %s', async (_, change, message) => {
  expect(await refused(change)).toMatch(message)
})

test('a file of a run must carry its checksum', () => {
  const bytes = store.resume!.slice()
  const name = new TextEncoder().encode('unrolled.checksum')
  const at = bytes.findIndex((_, i) => name.every((byte, j) => bytes[i + j] === byte))
  bytes[at]! ^= 1
  expect(() => decodeResume(bytes)).toThrow(/its checksum is missing/)
})

test.each(['step', 'pass', 'index', 'origin', 'start', 'end', 'elapsedMs'])(
  'a stored run whose file says nonsense of its %s is refused',
  async (name) => {
    for (const value of [-1, '3', null]) {
      const message = await refused((_, state) => {
        Object.assign(state['standing']!, { [name]: value })
      })
      expect(message).toContain(`its file says ${name} is ${String(value)}`)
    }
  },
)
