// What tests of modules are about: it is written to files and imported from there, as its user does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'
import {
  chain,
  labelled,
  linear,
  lstm,
  meanSquaredError,
  network,
  recurrent,
  setParameters,
  tensor,
  type Model,
} from 'unrolled'
import { saveModule } from 'unrolled/node'

export const engine = { backend: 'wasm', kernels: 'wasm', threads: 1 } as const

export interface Said {
  readonly output: Float32Array
  readonly probabilities?: unknown
  readonly steps?: readonly unknown[]
}
export interface Session {
  readonly step: number
  push(x: unknown): Said
  fork(): Session
  snapshot(): Uint8Array
  restore(bytes: Uint8Array): void
}
export interface Loaded {
  open(): Session
  predict(sequence: unknown): Said
}
export interface Module {
  load(source?: unknown): Promise<Loaded>
  readonly content: Readonly<Record<string, unknown>>
}

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'module-'))
  folders.push(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}

export const imported = async (folder: string): Promise<Module> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)) as Module

export async function moduleOf(model: Model): Promise<Module> {
  const folder = newFolder()
  await saveModule(model, folder)
  return imported(folder)
}

/** Weights and biases that are none of the first values, so that a bias left out is seen. */
export function moved<Kind extends Model>(model: Kind): Kind {
  const values = Object.entries(model.parameters).map(([name, { data, shape }], p) => {
    const shifted = Float32Array.from(data, (value, i) => value + 0.05 * Math.sin(i + 7 * p))
    return [name, tensor(shifted, shape)] as const
  })
  setParameters(model, Object.fromEntries(values))
  return model
}

export const sine = (steps: number, columns: number, seed = 0): number[][] =>
  Array.from({ length: steps }, (_, t) => Array.from({ length: columns }, (_, c) => Math.sin(seed + t + 2.1 * c) * 3))

export const words = ['a fine day', 'a day at sea', 'what a fine, fine sea', 'day after day the sea'].flatMap(
  (body, i) => ['', ' it is', '!'].map((end) => ({ body: body + end, kind: i % 2 ? 'wet' : 'dry', warm: i + 0.5 })),
)
export const texts = (units: 'characters' | 'words') =>
  labelled(words, { text: 'body', label: 'kind', units, longest: 9 })
export const sensors = Array.from({ length: 30 }, (_, i) => ({
  id: i % 5,
  load: 20 + 3 * Math.sin(i),
  place: ['in', 'out', 'by'][i % 3]!,
  state: i % 5 < 2 ? 'on' : 'off',
  spent: 5 * (i % 5),
}))
export const rows = (sequence: number): object[] => sensors.filter(({ id }) => id === sequence)

export const sensor = (): Model =>
  moved(
    network(chain({ rnn: recurrent({ cell: lstm, input: 3, hidden: [6, 5] }), head: linear({ output: 2 }) }), {
      loss: meanSquaredError(),
      seed: 5,
    }),
  )
