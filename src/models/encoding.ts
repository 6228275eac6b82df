import { activation, dropout, linear, type Layer, type OpenLayer } from '../layers/index.ts'
import { checkNumber } from '../options.ts'

/** Linear layers that each step goes through by itself. */
export interface EncoderOptions {
  /** Widths of linear layers, each with its `activation`, that every step, or what is shown at once, goes through first; none. */
  readonly encoder?: number | readonly number[]
  /** What the values of those layers go through; 'relu'. */
  readonly activation?: string
}

export const encoderNames = ['encoder', 'activation'] as const

/** The layers; `input` is how wide what comes in is, where nothing in the chain comes before. */
export function encoding(
  owner: string,
  { encoder = [], activation: name = 'relu', dropout: rate = 0 }: EncoderOptions & { readonly dropout?: number },
  input?: number,
): Record<string, Layer | OpenLayer> {
  const parts: Record<string, Layer | OpenLayer> = {}
  ;([encoder].flat() as readonly number[]).forEach((width, i) => {
    const output = checkNumber(owner, 'encoder', width, { from: 1, whole: true })
    parts[`hidden${i}`] = i === 0 && input !== undefined ? linear({ input, output }) : linear({ output })
    parts[`activation${i}`] = activation({ name })
    if (rate > 0) parts[`dropout${i}`] = dropout({ rate })
  })
  return parts
}
