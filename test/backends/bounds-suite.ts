/** Nothing is read or written outside of its array, whatever a program, its extents or the numbers in memory are. */

import { describe, expect, test } from 'vitest'
import type { Backend, Executable, Extents, Instruction, Place, Program } from '../../src/backends/backend.ts'
import { kinds } from './cases/index.ts'
import { batch, Draft, fixed, initialValues, one, time, Trial, whole } from './draft.ts'

const scalars = { seed: 1, step: 2, sequence: 3 }

/** Compiles a program and binds it to memory of the size it asks for at these extents. */
async function boundTo(backend: Backend, program: Program, floats: readonly number[]): Promise<Executable> {
  const executable = await backend.compile(program)
  executable.bind(floats.map((count) => backend.allocate(count)))
  return executable
}

const runAll = (executable: Executable, extents: Extents): void => {
  executable.prepare(extents)
  executable.run(extents, scalars)
  executable.finish(extents, scalars)
}

/** The instructions with one of their places, counted from 0, put elsewhere; nothing where there are not so many. */
function displaced(list: readonly Instruction[], wanted: number, by: number): Instruction[] | undefined {
  let count = 0
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(walk)
    if ('region' in value && count++ === wanted) {
      const place = value as Place
      return { ...place, offset: [...place.offset, ...fixed(by)] }
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]))
  }
  const result = walk(list) as Instruction[]
  return count > wanted ? result : undefined
}

export function boundsSuite(name: string, backend: Backend): void {
  describe(`${name}: bounds`, () => {
    test.each(kinds)('$name: no place of an instruction may lie outside its region', async ({ draft, modes }) => {
      for (const mode of modes ?? (['outer', 'forward'] as const)) {
        const it = draft(mode)
        const window = whole(3, 4)
        const extents = { time: 3, batch: 4 }
        const floats = initialValues(it, window).map(({ length }) => length)
        const far = Math.max(...floats) + 1
        for (const part of ['prepare', 'body', 'finish'] as const) {
          for (const by of [far, -far]) {
            for (let at = 0; ; at++) {
              const program = it.program()
              const list = displaced(program[part], at, by)
              if (list === undefined) break
              const executable = await boundTo(backend, { ...program, [part]: list }, floats)
              expect(() => runAll(executable, extents), `${part}, place ${at}`).toThrow(
                expect.objectContaining({ code: 'out-of-region' }),
              )
            }
          }
        }
      }
    })

    const place = (offset: number, pitch = 0, stride = 0): Place => ({
      region: 0,
      offset: fixed(offset),
      stride: fixed(stride),
      pitch: fixed(pitch),
      broadcast: false,
    })
    const programOf = (size: number, ...body: Instruction[]): Program => ({
      name: 'small',
      regions: [{ name: 'all', size: fixed(size) }],
      packs: 0,
      prepare: [],
      body,
      finish: [],
    })
    const fill = { kind: 'fill', outer: one, rows: batch, value: 1, columns: 4 } as const

    test('to the float: an instruction may reach the first and the last of its region and no more', async () => {
      const run = async (offset: number, pitch: number, rows: number): Promise<void> => {
        const executable = await boundTo(backend, programOf(12, { ...fill, dest: place(offset, pitch) }), [100])
        executable.run({ batch: rows }, {})
      }
      await run(0, 4, 3)
      await run(8, -4, 3)
      for (const [offset, pitch, rows] of [
        [1, 4, 3],
        [0, 4, 4],
        [-1, 4, 3],
        [7, -4, 3],
        [0, 2 ** 30, 5],
      ] as const) {
        await expect(run(offset, pitch, rows)).rejects.toMatchObject({ code: 'out-of-region' })
      }
    })

    test('axes walked are held against the region too, and belong to every place', async () => {
      const walk = [fixed(4), fixed(-8)]
      const walked: Instruction = { ...fill, rows: one, walk: [time, batch], dest: { ...place(8), walk } }
      const executable = await boundTo(backend, programOf(16, walked), [100])
      for (const [steps, rows, code] of [
        [2, 2],
        [0, 9],
        [9, 0],
        [3, 2, 'out-of-region'],
        [2, 3, 'out-of-region'],
      ] as const) {
        const run = (): void => executable.run({ time: steps, batch: rows }, {})
        if (code === undefined) expect(run).not.toThrow()
        else expect(run).toThrow(expect.objectContaining({ code }))
      }
      for (const wrong of [
        { ...walked, dest: place(8) },
        { ...walked, walk: [time, batch, one], dest: { ...place(8), walk: [...walk, one] } },
      ]) {
        await expect(boundTo(backend, programOf(16, wrong), [100])).rejects.toMatchObject({ code: 'bad-program' })
      }
    })

    test('is held against every new set of extents, and nothing is written before', async () => {
      const program = programOf(
        12,
        { ...fill, dest: place(0, 4) },
        { kind: 'loop', axis: 'time', reverse: false },
        { ...fill, value: 2, rows: one, dest: place(0, 0, 4) },
        { kind: 'end' },
      )
      const executable = await backend.compile(program)
      const memory = backend.allocate(100)
      executable.bind([memory])
      const after = async (): Promise<number[]> => {
        const into = new Float32Array(14)
        await backend.read(memory, 0, into)
        return [...into]
      }
      executable.run({ time: 1, batch: 2 }, {})
      const expected = [2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
      expect(await after()).toEqual(expected)
      for (const extents of [
        { time: 4, batch: 3 },
        { time: 1, batch: 4 },
        { time: 1, batch: 2 ** 31 - 1 },
      ]) {
        // Also when it is tried again.
        for (let tries = 0; tries < 2; tries++)
          expect(() => executable.run(extents, {})).toThrow(expect.objectContaining({ code: 'out-of-region' }))
      }
      for (const wrong of [-1, 1.5, NaN, 2 ** 31, 2 ** 53]) {
        for (let tries = 0; tries < 2; tries++)
          expect(() => executable.run({ time: 1, batch: wrong }, {})).toThrow(
            expect.objectContaining({ code: 'bad-extent' }),
          )
      }
      expect(() => executable.run({ batch: 1 }, {})).toThrow(expect.objectContaining({ code: 'bad-extent' }))
      expect(await after()).toEqual(expected)
      executable.run({ time: 3, batch: 3 }, {})
      expect((await after()).slice(8)).toEqual([2, 2, 2, 2, 0, 0])
      // Less memory than the program says, though enough for these rows.
      executable.bind([backend.allocate(11)])
      expect(() => executable.run({ time: 1, batch: 1 }, {})).toThrow(
        expect.objectContaining({ code: 'region-too-small' }),
      )
    })

    test('memory that has been freed is not run on', async () => {
      const executable = await backend.compile(programOf(12, { ...fill, dest: place(0, 4) }))
      const memory = backend.allocate(12)
      executable.bind([memory])
      executable.run({ batch: 1 }, {})
      backend.free(memory)
      expect(() => executable.run({ batch: 1 }, {})).toThrow(expect.objectContaining({ code: 'already-freed' }))
    })

    test('more rows than any memory has are refused, also where all of them are one', async () => {
      const program = programOf(12, { ...fill, rows: [{ factor: 2, axes: ['batch', 'time'] }], dest: place(0) })
      const executable = await boundTo(backend, program, [12])
      executable.run({ batch: 3, time: 5 }, {})
      expect(() => executable.run({ batch: 2 ** 20, time: 2 ** 20 }, {})).toThrow(
        expect.objectContaining({ code: 'out-of-region' }),
      )
    })

    test('programs that contradict themselves are refused', async () => {
      const loop = { kind: 'loop', axis: 'time', reverse: false } as const
      const end = { kind: 'end' } as const
      const one4 = { ...fill, rows: one }
      const block = { source: place(0, 4), atK: 0, atN: 0, k: 3, n: 4, transposed: false }
      const pack = { kind: 'pack', pack: 0, k: 3, n: 4, blocks: [block] } as const
      const gemm = {
        kind: 'gemm',
        outer: one,
        rows: one,
        a: place(0),
        k: 3,
        pack: 0,
        n: 4,
        dest: place(4),
        start: 'zero',
      } as const
      const rows = {
        kind: 'rows',
        outer: one,
        rows: one,
        columns: 4,
        inputs: [place(0)],
        operations: [],
        outputs: [],
      } as const
      const lists: Instruction[][] = [
        [loop],
        [end],
        [loop, loop, end, end],
        [loop, { ...one4, outer: time, dest: place(0) }, end],
        [{ ...one4, dest: { ...place(0), region: 1 } }],
        [{ ...one4, dest: { ...place(0), broadcast: true } }],
        [{ ...one4, columns: 1.5, dest: place(0) }],
        [{ ...pack, pack: 1 }],
        [pack, { ...gemm, k: 4 }],
        [pack, { ...gemm, n: 8 }],
        [{ ...pack, blocks: [{ ...block, atK: 1 }] }],
        [{ ...pack, blocks: [{ ...block, atN: 1 }] }],
        [{ ...pack, blocks: [{ ...block, atN: -1 }] }],
        [{ ...rows, operations: [{ op: 'add', a: 0, b: 1 }] }],
        [{ ...rows, operations: [{ op: 'neg', a: -1 }] }],
        [{ ...rows, outputs: [{ value: 1, place: place(0), pad: 0 }] }],
        [{ ...rows, outputs: [{ value: 0, place: { ...place(0), broadcast: true }, pad: 0 }] }],
      ]
      for (const [index, body] of lists.entries()) {
        const program = { ...programOf(64, ...body), packs: 1 }
        await expect(backend.compile(program), `list ${index}`).rejects.toMatchObject({ code: 'bad-program' })
      }
    })
  })

  idSuite(name, backend)
}

/** Ids that are none: below, behind, far behind, between, and no numbers. */
const wrong = [-1, 3, 4, 1e9, 2 ** 31, 1e30, -1e9, 1.5, 0.999, NaN, Infinity, -Infinity]
const ids = [0, ...wrong, -0, 2, 1]
const count = 3

function idSuite(name: string, backend: Backend): void {
  describe(`${name}: ids and targets that are none`, () => {
    const trial = new Trial(backend)
    const rows = ids.length
    const run = (draft: Draft): Promise<Float64Array[]> => trial.run(draft, whole(1, rows))
    const given = (draft: Draft) => draft.array({ columns: 1, value: (_, __, row) => ids[row]! })
    const isKnown = (id: number): boolean => id === 0 || id === 1 || id === 2

    test.each([1, 4, 19])('gather gives NaN for them: %i columns', async (columns) => {
      const draft = new Draft()
      const table = draft.array({
        columns,
        rows: count,
        steps: 'same',
        value: (_, __, row, column) => 100 * row + column,
      })
      const named = given(draft)
      const dest = draft.array({ columns, pad: 2 })
      const places = { table: table.place, ids: named.place, dest: dest.place }
      draft.body.push({ kind: 'gather', ...draft.span, ...places, count, columns, pad: 2 })
      const result = (await run(draft))[dest.region]!
      const expected = ids.flatMap((id) => [
        ...Array.from({ length: columns }, (_, column) => (isKnown(id) ? 100 * id + column : NaN)),
        0,
        0,
      ])
      expect([...result]).toEqual(expected.map((value) => value + 0))
    })

    test.each([1, 4, 19])('scatter-add leaves them out: %i columns', async (columns) => {
      const draft = new Draft()
      const source = draft.array({ columns, value: (_, __, row, column) => 1 + row + 100 * column })
      const named = given(draft)
      const dest = draft.array({ columns, rows: count, steps: 'same', value: () => 0 })
      const places = { source: source.place, ids: named.place, dest: dest.place }
      draft.body.push({ kind: 'scatter-add', ...draft.span, ...places, count, columns, chunk: 2 })
      const result = (await run(draft))[dest.region]!
      const sums = new Array<number>(count * columns).fill(0)
      for (const [row, id] of ids.entries())
        for (let c = 0; isKnown(id) && c < columns; c++) sums[Math.abs(id) * columns + c]! += 1 + row + 100 * c
      expect([...result]).toEqual(sums)
    })

    test('cross-entropy and its gradient are NaN for them, and no other row is touched', async () => {
      const draft = new Draft()
      const logits = draft.array({ columns: count, value: () => 0 })
      const targets = given(draft)
      // Every other row of the gradient does not count.
      const weight = draft.array({ columns: 1, value: (_, __, row) => (row % 2 === 0 ? 3 : 0) })
      const loss = draft.array({ columns: 1 })
      const both = draft.array({ columns: 1 })
      const dest = draft.array({ columns: count, pad: 1 })
      const places = { logits: logits.place, targets: targets.place, columns: count }
      draft.body.push(
        { kind: 'cross-entropy', ...draft.span, ...places, loss: loss.place },
        {
          kind: 'cross-entropy-gradient',
          ...draft.span,
          ...places,
          weight: weight.place,
          dest: dest.place,
          pad: 1,
          loss: both.place,
        },
      )
      const results = await run(draft)
      for (const [row, id] of ids.entries()) {
        const known = isKnown(id)
        const losses = [results[loss.region]![row]!, results[both.region]![row]!]
        for (const value of losses) {
          if (known) expect(value).toBeCloseTo(Math.log(3), 5)
          else expect(value).toBeNaN()
        }
        const gradient = [...results[dest.region]!.subarray(4 * row, 4 * row + 4)]
        if (row % 2 !== 0) expect(gradient, `target ${id}`).toEqual([0, 0, 0, 0])
        else if (known) {
          for (let c = 0; c < 3; c++) expect(gradient[c]).toBeCloseTo(c === Math.abs(id) ? -2 : 1, 5)
          expect(gradient[3]).toBe(0)
        } else expect(gradient, `target ${id}`).toEqual([NaN, NaN, NaN, 0])
      }
    })
  })
}
