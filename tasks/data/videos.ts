import type { DataSet, Table, Tensor, TrainingBatch, TrainingData } from 'unrolled'
import { bent } from './bent.ts'
import { chance } from './chance.ts'
import { half, halved } from './halved.ts'

export const frames = 10
/** Pixels along a side of a frame; a digit, half as large as in MNIST, has nine places along each, three of which are a cell. */
const frameSide = 22
const room = frameSide - half
const cells = 3
export const pixels = frameSide ** 2

/** Pixels a frame that a digit moves, and the most that noise adds to a pixel or takes away; those of a digit are from 0 to 1. */
const slowest = 1
const fastest = 2.5
const noise = 0.1
/** How often a frame is dark: then there is noise alone. */
const darkness = 1 / 25
/** The most that a digit is turned (in radians), stretched and slanted in training. */
const bend = 0.25

/** Which digit a frame shows, and in which cell, row by row. */
export const labels = 10 * cells ** 2
export const digitOf = (label: number): number => Math.floor(label / cells ** 2)
export const cellOf = (label: number): number => label % cells ** 2

/** Whether nothing is to be seen in a frame. */
export const isDark = (frame: Float32Array): boolean => frame.every((pixel) => pixel <= noise)

/** A digit on its way: where its upper left corner is in each frame, whether that is dark, and where in all noise its own begins. */
interface Video {
  readonly digit: number
  readonly picture: Float32Array
  readonly right: readonly number[]
  readonly down: readonly number[]
  readonly dark: readonly boolean[]
  readonly noiseFrom: readonly number[]
}

const noises = Float32Array.from({ length: 2 ** 18 }, (_, i) => noise * (2 * chance(8, i) - 1))

/**
 * A video of each digit, which goes straight on and bounces off the edges; each frame has a label. Every pass over those of
 * `training` shows the digits on other ways, bent a little, under other noise, and none is kept; those of `test` are always the
 * same, and their digits are as they are.
 */
export function videos(digits: Table, part: 'training' | 'test'): DataSet {
  const pictures = digits.column('pixels', 'list').values as readonly Tensor[]
  const names = digits.column('digit', 'number').values
  const inOrder = pictures.map((_, i) => i)
  const anew = part === 'training'

  const video = (i: number, pass: number): Video => {
    const draw = (what: number, at = 0): number => chance(what, i, anew ? pass + 1 : 0, at)
    const around = (what: number): number => bend * (2 * draw(9, what) - 1)
    const bending = { turn: around(0), wider: around(1), higher: around(2), slant: around(3) }
    const picture = halved(anew ? bent(pictures[i]!, bending) : pictures[i]!)
    return { digit: names[i]!, picture, ...wayOf(draw) }
  }
  const batches = (size: number, orderOf: (pass: number) => readonly number[]): TrainingData => {
    let order: { pass: number; of: readonly number[] } | undefined
    return {
      batches: Math.ceil(pictures.length / size),
      longest: frames,
      positions: frames * pictures.length,
      open(pass, index) {
        if (order?.pass !== pass) order = { pass, of: orderOf(pass) }
        return batchOf(order.of.slice(index * size, (index + 1) * size).map((i) => video(i, pass)))
      },
    }
  }
  return {
    ports: {
      x: { kind: 'vector', columns: pixels, axes: ['time', 'batch'] },
      targets: { kind: 'symbols', columns: 1, axes: ['time', 'batch'], symbols: labels },
    },
    hash: `videos of ${pictures.length} digits, ${part}`,
    units: 'frames',
    count: pictures.length,
    longest: frames,
    parts({ batch, validation, seed }) {
      if (validation > 0) throw new Error('videos: none are kept for validation; give it videos of other digits')
      return { training: batches(batch, (pass) => drawnOrder(inOrder, seed, pass)) }
    },
    whole: ({ batch = 32 } = {}) => batches(batch, () => inOrder),
  }
}

/** Another order in each pass. */
function drawnOrder(of: readonly number[], seed: number, pass: number): number[] {
  const keys = of.map((i) => chance(10, i, pass, seed))
  return [...of].sort((a, b) => keys[a]! - keys[b]!)
}

/** Where a digit is in each frame, and what lies over it. */
function wayOf(draw: (what: number, at?: number) => number): Omit<Video, 'digit' | 'picture'> {
  const angle = 2 * Math.PI * draw(11)
  const speed = slowest + (fastest - slowest) * draw(12)
  const [right, down] = [room * draw(13), room * draw(14)]
  const times = Array.from({ length: frames }, (_, t) => t)
  return {
    right: times.map((t) => bounced(right + t * speed * Math.cos(angle))),
    down: times.map((t) => bounced(down + t * speed * Math.sin(angle))),
    dark: times.map((t) => draw(16, t) < darkness),
    noiseFrom: times.map((t) => Math.floor(draw(15, t) * (noises.length - pixels))),
  }
}

/** The pixel where it is who would be at a place without edges. */
function bounced(at: number): number {
  const there = Math.abs(at) % (2 * room)
  return Math.round(Math.min(there, 2 * room - there))
}

function batchOf(chosen: readonly Video[]): TrainingBatch {
  const batch = chosen.length
  return {
    batch,
    steps: frames,
    fill(step, count, { x, targets }) {
      for (let row = 0; row < count * batch; row++) {
        const video = chosen[row % batch]!
        const frame = step + Math.floor(row / batch)
        if (x) show(video, frame, x, row * pixels)
        if (targets) targets[row] = labelOf(video, frame)
      }
    },
  }
}

function show({ picture, right, down, dark, noiseFrom }: Video, frame: number, into: Float32Array, at: number): void {
  const from = noiseFrom[frame]!
  for (let i = 0; i < pixels; i++) into[at + i] = noises[from + i]!
  if (dark[frame]!) return
  const corner = at + down[frame]! * frameSide + right[frame]!
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++)
      into[corner + row * frameSide + column]! += picture[row * half + column]!
  }
}

function labelOf({ digit, right, down }: Video, frame: number): number {
  const [row, column] = [down, right].map((places) => Math.floor((cells * places[frame]!) / (room + 1)))
  return (digit * cells + row!) * cells + column!
}
