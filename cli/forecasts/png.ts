import type * as Resvg from '@resvg/resvg-js'
import { UnrolledError } from 'unrolled'

/** Pixels for each of the picture's. */
const sharpness = 2

export interface Png {
  readonly bytes: Uint8Array
  /** What is to be said of it. */
  readonly note?: string
}

/** An SVG as PNG, drawn by `@resvg/resvg-js`, which whoever wants that installs; its letters are those of the machine. */
export async function pngOf(svg: string): Promise<Png> {
  const { Resvg } = await resvg()
  const bytes = new Resvg(svg, { fitTo: { mode: 'zoom', value: sharpness } }).render().asPng()
  const hasLetters = new Resvg(oneLetter).innerBBox() !== undefined
  return {
    bytes,
    ...(!hasLetters && { note: 'there are no fonts on this machine, so that the picture is without text' }),
  }
}

const oneLetter =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" font-family="sans-serif" font-size="20">O</text></svg>'

async function resvg(): Promise<typeof Resvg> {
  try {
    return await import('@resvg/resvg-js')
  } catch (cause) {
    throw new UnrolledError(
      'file',
      'PNG is drawn by the package @resvg/resvg-js: npm install @resvg/resvg-js; an SVG needs nothing',
      { cause },
    )
  }
}
