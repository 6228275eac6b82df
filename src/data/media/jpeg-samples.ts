import type { Component } from './jpeg-frame.ts'

/** Samples of a component, from 0 to 255, row by row; `stride` of them a row, of which those that fill up the last blocks are none of the picture. */
export interface Samples {
  readonly stride: number
  readonly values: Uint8ClampedArray
}

/** cos((2x + 1) u π / 16), and what the cosine transform divides by. */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [x, u] = [i >> 3, i & 7]
  return (Math.cos(((2 * x + 1) * u * Math.PI) / 16) / 2) * (u === 0 ? Math.SQRT1_2 : 1)
})

/** What coefficients stand for, in steps of a table (ITU-T T.81, A.3.3). */
export function samplesOf({ columns, rows, coefficients }: Component, steps: Uint16Array): Samples {
  const stride = 8 * columns
  const values = new Uint8ClampedArray(stride * 8 * rows)
  const [block, half] = [new Float32Array(64), new Float32Array(64)]
  for (let b = 0; b < columns * rows; b++) {
    for (let i = 0; i < 64; i++) block[i] = coefficients[b * 64 + i]! * steps[i]!
    // Along each row, then down each column.
    for (let row = 0; row < 8; row++) {
      for (let x = 0; x < 8; x++) {
        let sum = 0
        for (let u = 0; u < 8; u++) sum += cosines[8 * x + u]! * block[8 * row + u]!
        half[8 * row + x] = sum
      }
    }
    const at = Math.floor(b / columns) * 8 * stride + (b % columns) * 8
    for (let x = 0; x < 8; x++) {
      for (let y = 0; y < 8; y++) {
        let sum = 128
        for (let v = 0; v < 8; v++) sum += cosines[8 * y + v]! * half[8 * v + x]!
        values[at + y * stride + x] = sum
      }
    }
  }
  return { stride, values }
}

/** Where a pixel lies between two samples, and how near to the second. */
interface Between {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly share: Float32Array
}

/** Pixels and samples have their middles in the same picture: between those of two samples what they say is mixed. */
function between(pixels: number, samples: number, scale: number): Between {
  const [low, high, share] = [new Int32Array(pixels), new Int32Array(pixels), new Float32Array(pixels)]
  for (let i = 0; i < pixels; i++) {
    const at = Math.min(samples - 1, Math.max(0, (i + 0.5) * scale - 0.5))
    low[i] = Math.floor(at)
    high[i] = Math.min(samples - 1, low[i]! + 1)
    share[i] = at - low[i]!
  }
  return { low, high, share }
}

/** Samples of a component as many as there are pixels. */
export function atPixels(
  { width, height, across, down }: Component,
  { stride, values }: Samples,
  picture: { readonly width: number; readonly height: number },
  most: { readonly across: number; readonly down: number },
): Float32Array {
  const x = between(picture.width, width, across / most.across)
  const y = between(picture.height, height, down / most.down)
  const pixels = new Float32Array(picture.width * picture.height)
  for (let row = 0, at = 0; row < picture.height; row++) {
    const [low, high, share] = [y.low[row]! * stride, y.high[row]! * stride, y.share[row]!]
    for (let column = 0; column < picture.width; column++, at++) {
      const [left, right, far] = [x.low[column]!, x.high[column]!, x.share[column]!]
      const upper = values[low + left]! * (1 - far) + values[low + right]! * far
      const lower = values[high + left]! * (1 - far) + values[high + right]! * far
      pixels[at] = upper * (1 - share) + lower * share
    }
  }
  return pixels
}
