import { readFileSync } from 'node:fs'
import { tensor, type Named, type Tensor } from 'unrolled'

/** Numbers as JSON has them, as tensors. */
const revived = (_: string, value: unknown): unknown => {
  const { shape, data } = (value ?? {}) as Partial<Tensor>
  return shape && data ? tensor(Float64Array.from(data), shape) : value
}

interface Case {
  readonly lengths: readonly number[]
  readonly losses: Tensor
  readonly gradients: Named
}

/** PyTorch's numbers of what judges or pools whole sequences; see the head of `sequence-losses.py`. */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/sequence-losses.json', import.meta.url), 'utf8'),
  revived,
) as {
  /** Targets are `[time][batch]`. */
  readonly linearChain: readonly (Case & {
    readonly targets: readonly (readonly number[])[]
    readonly output: Tensor
    readonly parameters: Named
  })[]
  readonly tagger: Case & {
    readonly targets: readonly (readonly number[])[]
    readonly x: Tensor
    readonly weights: Named
    readonly parameters: Named
  }
  /** Targets are of each sequence. */
  readonly ctc: readonly (Case & {
    readonly targets: readonly (readonly number[])[]
    readonly blank: number
    readonly output: Tensor
  })[]
  readonly attentionPooling: Omit<Case, 'losses'> & {
    readonly x: Tensor
    readonly parameters: Named
    readonly output: Tensor
    readonly weights: Tensor
    readonly adjoint: Tensor
  }
}

/** The largest distance between numbers, by the largest of those wanted. */
export function far(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const scale = Math.max(1, ...Array.from(wanted, Math.abs))
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(got[i]! - value))) / scale
}
