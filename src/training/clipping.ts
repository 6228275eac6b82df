import { add, clip, constant, div, min, mul, sqrt, sumSquares, type Node } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNumber, wrongOption, type Description } from '../options.ts'

/** What is done to the gradient before the optimizer sees it. */
export interface Clipping extends Description {
  /** The clipped gradient, given the vector of all gradients and its norm, a scalar. */
  apply(gradient: Node, norm: Node): Node
}

/** √Σ g² over all parameters, a scalar. */
export const gradientNorm = (gradient: Node): Node => sqrt(sumSquares(gradient))

/**
 * Scales the gradient by min(1, max ÷ (norm + 1e-6)) (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1), as
 * torch.nn.utils.clip_grad_norm_.
 */
export function clipByNorm(max: number): Clipping {
  checkNumber('clipByNorm', 'max', max, { above: 0 })
  return {
    name: 'norm',
    options: { max },
    apply: (gradient, norm) => mul(min(div(constant(max), add(norm, constant(1e-6))), constant(1)), gradient),
  }
}

/** Holds each gradient between −max and max, as torch.nn.utils.clip_grad_value_. */
export function clipByValue(max: number): Clipping {
  checkNumber('clipByValue', 'max', max, { above: 0 })
  return {
    name: 'value',
    options: { max },
    apply: (gradient) => clip(gradient, constant(-max), constant(max)),
  }
}

/** The clipping a number (by norm), a clipping, or the description of one stands for. */
export function clippingFrom(clip: number | Clipping | Description): Clipping {
  if (typeof clip === 'number') return clipByNorm(checkNumber('clip', 'clip', clip, { above: 0 }))
  if (typeof (clip as Description | null)?.options !== 'object') {
    throw wrongOption('clip', 'clip', clip, 'a number above 0 (by norm), or clipByValue(1)')
  }
  if ('apply' in clip && typeof clip.apply === 'function') return clip
  const make = Object.hasOwn(kinds, clip.name) ? kinds[clip.name] : undefined
  if (make) return make(clip.options['max'] as number)
  throw new UnrolledError(
    'option',
    `there is no clipping ${clip.name}; known are ${Object.keys(kinds).join(' and ')}, and one of your own has apply`,
  )
}

const kinds: Readonly<Record<string, (max: number) => Clipping>> = { norm: clipByNorm, value: clipByValue }
