// Sessions of modules: step by step what those of the library say, bit for bit.
import { describe, expect, test, vi } from 'vitest'
import {
  binaryCrossEntropy,
  chain,
  crossEntropy,
  gru,
  languageModel,
  lines,
  linear,
  lstm,
  meanSquaredError,
  network,
  open,
  recurrent,
  text,
  type Model,
} from 'unrolled'
import { engine, moduleOf, moved, sensor, sine } from './modules.ts'

describe('sessions', () => {
  test.each<[string, () => Model, (step: number) => never]>([
    [
      'characters of a text',
      () => moved(languageModel(text('call me ishmael'), { cell: gru, hidden: [8, 8] })),
      (t) => (t % 9) as never,
    ],
    [
      'lines',
      () => moved(languageModel(lines('anna\nbob'), { cell: lstm, hidden: 5, dropout: 0.3 })),
      (t) => (t % 3) as never,
    ],
    ['rows of numbers', sensor, (t) => sine(1, 3, t)[0] as never],
    [
      'yes or no',
      () =>
        moved(
          network(chain({ rnn: recurrent({ cell: gru, input: 3, hidden: 4 }), head: linear({ output: 2 }) }), {
            loss: binaryCrossEntropy(),
          }),
        ),
      (t) => sine(1, 3, t)[0] as never,
    ],
    [
      'one of several',
      () => moved(network(linear({ input: 3, output: 4 }), { loss: crossEntropy() })),
      (t) => sine(1, 3, t)[0] as never,
    ],
  ])('say at every step what those of the library say: %s', async (_, make, at) => {
    const model = make()
    const session = (await (await moduleOf(model)).load()).open()
    const other = await open(model, engine)
    for (let t = 0; t < 20; t++) {
      const { output, probabilities } = other.pushSync(at(t))
      const said = session.push(at(t))
      expect([...said.output]).toEqual([...output.data])
      expect(said.probabilities && [...(said.probabilities as Float32Array)]).toEqual(
        probabilities && [...probabilities.data],
      )
    }
    expect(session.step).toBe(20)
    other.end()
  })

  test('go their own ways, whoever was stepped in between, and forks go on where they were', async () => {
    const model = sensor()
    const loaded = await (await moduleOf(model)).load()
    const alone = (seed: number, steps: number): number[] => {
      const session = loaded.open()
      const said = Array.from({ length: steps }, (_, t) => [...session.push(sine(1, 3, seed + t)[0]).output])
      return said.at(-1)!
    }
    const wanted = [0, 10, 20].map((seed) => alone(seed, 12))
    const sessions = [0, 10, 20].map((seed) => ({ seed, session: loaded.open() }))
    let said: number[][] = []
    for (let t = 0; t < 12; t++) {
      said = sessions.map(({ seed, session }) => [...session.push(sine(1, 3, seed + t)[0]).output])
      loaded.predict(sine(4, 3, 99))
    }
    expect(said).toEqual(wanted)
    const [first] = sessions
    const fork = first!.session.fork()
    const here = [...first!.session.push(sine(1, 3, 50)[0]).output]
    first!.session.push(sine(1, 3, 51)[0])
    expect([...fork.push(sine(1, 3, 50)[0]).output]).toEqual(here)
    expect(fork.step).toBe(13)
  })

  test('snapshots go to and fro between modules and the library, and those of other models are refused', async () => {
    const model = sensor()
    const loaded = await (await moduleOf(model)).load()
    const [here, there] = [loaded.open(), await open(model, engine)]
    for (let t = 0; t < 7; t++) {
      here.push(sine(1, 3, t)[0])
      there.pushSync(sine(1, 3, 30 + t)[0]!)
    }
    const [mine, others] = [here.snapshot(), await there.snapshot()]
    here.restore(others)
    await there.restore(mine)
    expect([here.step, there.step]).toEqual([7, 7])
    const again = loaded.open()
    again.restore(mine)
    const [x] = sine(1, 3, 70)
    const fromMine = [...again.push(x).output]
    expect([...there.pushSync(x!).output.data]).toEqual(fromMine)
    expect([...here.push(x).output]).not.toEqual(fromMine)
    const before = here.fork()
    const foreign = await open(network(linear({ input: 3, output: 2 }), { loss: meanSquaredError() }), engine)
    const strange = await foreign.snapshot()
    expect(() => here.restore(strange)).toThrow(/does not fit: it was taken of another model/)
    expect(() => here.restore(mine.subarray(0, mine.length - 8))).toThrow(/do not fit its checksum/)
    // A bit of any byte: of its length, its header, what pads it, and the states.
    for (const [of, restore] of [
      [mine, (bytes: Uint8Array) => there.restore(bytes)],
      [mine, async (bytes: Uint8Array) => here.restore(bytes)],
      [others, async (bytes: Uint8Array) => here.restore(bytes)],
    ] as const) {
      for (let at = 0; at < of.length; at += 3) {
        const flipped = of.slice()
        flipped[at]! ^= 4
        await expect(restore(flipped), `byte ${at}`).rejects.toThrow()
      }
    }
    expect(() => here.restore(new Uint8Array(3))).toThrow(/it is of no session, or damaged/)
    expect([...here.push(x).output]).toEqual([...before.push(x).output])
  })
})

test('a sequence that finds no memory is refused, and those behind it are right', async () => {
  const model = sensor()
  const loaded = await (await moduleOf(model)).load()
  const session = loaded.open()
  const other = await open(model, engine)
  const pushed = (t: number): void => {
    const [x] = sine(1, 3, t)
    expect([...session.push(x).output]).toEqual([...other.pushSync(x!).output.data])
  }
  pushed(1)
  const full = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('no memory')
  })
  const long = sine(5000, 3)
  expect(() => loaded.predict(long)).toThrow('no memory')
  pushed(2)
  full.mockRestore()
  const before = [...loaded.predict(long).output]
  pushed(3)
  expect([...loaded.predict(long).output]).toEqual(before)
  other.end()
})
