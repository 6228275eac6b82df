import { tensor, type Tensor } from 'unrolled'
import { side } from './halved.ts'

/** How a digit is bent, each 0 where it is not. */
export interface Bend {
  /** Radians. */
  readonly turn: number
  /** By which share it is wider and higher. */
  readonly wider: number
  readonly higher: number
  /** Pixels to the side for each pixel down. */
  readonly slant: number
}

/** A digit turned, stretched and slanted about its middle. */
export function bent({ data }: Tensor, { turn, wider, higher, slant }: Bend): Tensor {
  const middle = (side - 1) / 2
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const pixel = (row: number, column: number): number =>
    row >= 0 && column >= 0 && row < side && column < side ? data[row * side + column]! : 0
  const into = new Float32Array(side * side)
  for (let i = 0; i < into.length; i++) {
    // Where this pixel comes from: between four, each of which counts by how near it is.
    const y = (Math.floor(i / side) - middle) / (1 + higher)
    const x = ((i % side) - middle) / (1 + wider) - slant * y
    const down = middle + sin * x + cos * y
    const right = middle + cos * x - sin * y
    const top = Math.floor(down)
    const left = Math.floor(right)
    const beside = right - left
    const above = (1 - beside) * pixel(top, left) + beside * pixel(top, left + 1)
    const below = (1 - beside) * pixel(top + 1, left) + beside * pixel(top + 1, left + 1)
    into[i] = above + (down - top) * (below - above)
  }
  return tensor(into, [side, side])
}
