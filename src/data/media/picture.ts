import { UnrolledError } from '../../error.ts'
import type { Tensor } from '../../tensor.ts'

/** A picture, a row of pixels a step. */
export interface Picture {
  /** In pixels: the columns of `rows` are so many times `channels`. */
  readonly width: number
  /** In pixels: the steps of `rows`. */
  readonly height: number
  /** 1: grey; 3: red, green and blue. */
  readonly channels: 1 | 3
  /** `[height, width · channels]`, from 0 (black) to 1. */
  readonly rows: Tensor
}

/** How `decodePng` and `decodeJpeg` make numbers of pixels. */
export interface PictureOptions {
  /** What errors call it; `the picture`. */
  readonly name?: string
  /** `grey` where left away: luma of Rec. 601, 0.299 R + 0.587 G + 0.114 B. */
  readonly colours?: 'grey' | 'rgb'
  /** What is behind pixels that can be seen through, from 0 (black) to 1 (white); 1. */
  readonly background?: number
}

/** So many pixels are read at most. */
const mostPixels = 2 ** 26

/** Refuses a picture that would fill the memory. */
export function checkExtent(width: number, height: number, name: string): void {
  if (width * height <= mostPixels) return
  throw new UnrolledError(
    'data',
    `${name} has ${width} × ${height} pixels; at most ${mostPixels.toLocaleString('en-US')} are read; make it smaller`,
  )
}

/** How bright a colour is (Rec. 601). */
export const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue
