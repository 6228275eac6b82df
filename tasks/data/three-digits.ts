import { tensor, type Table, type Tensor } from 'unrolled'
import { chance } from './chance.ts'
import { digits } from './digits.ts'
import { half, halved } from './halved.ts'

const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** Three handwritten digits side by side, and what they are in words. */
export type ThreeDigits = {
  /** 14 rows of 42, from 0 to 1. */
  readonly pixels: Tensor
  readonly words: string
}

/**
 * Rows of three digits of MNIST, each half as large: so many of digits for training, which are moved by up to `shift` pixels, and of
 * others, as they are, for the test.
 */
export async function threeDigits(
  share: number,
  { training, test, shift }: { readonly training: number; readonly test: number; readonly shift: number },
) {
  const [known, unseen] = await digits(share)
  return [rowsOf(known, training, 0, shift), rowsOf(unseen, test, 1, 0)] as const
}

function rowsOf(table: Table, count: number, part: number, shift: number): ThreeDigits[] {
  const pictures = table.column('pixels', 'list').values as readonly Tensor[]
  const labels = table.column('digit', 'number').values
  const moved = (what: number, i: number, place: number): number =>
    Math.floor(chance(what, i, place, part) * (2 * shift + 1)) - shift
  return Array.from({ length: count }, (_, i) => {
    const drawn = [0, 1, 2].map((place) => Math.floor(chance(1, i, place, part) * pictures.length))
    const pixels = new Float32Array(half * 3 * half)
    drawn.forEach((at, place) => {
      const picture = halved(pictures[at]!, moved(2, i, place), moved(3, i, place))
      for (let row = 0; row < half; row++) {
        pixels.set(picture.subarray(row * half, (row + 1) * half), (3 * row + place) * half)
      }
    })
    return { pixels: tensor(pixels, [half, 3 * half]), words: drawn.map((at) => names[labels[at]!]).join(' ') }
  })
}
