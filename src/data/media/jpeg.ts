import { UnrolledError } from '../../error.ts'
import { checkNames, wrongOption } from '../../options.ts'
import type { Bytes } from '../bytes.ts'
import { bytesIn } from './bytes-in.ts'
import { readSegments } from './jpeg-segments.ts'
import { atPixels, samplesOf } from './jpeg-samples.ts'
import { isOnSide, seenAt } from './jpeg-turn.ts'
import { luma, type Picture, type PictureOptions } from './picture.ts'

/** See `decodeJpeg`. */
export function readJpeg(given: Bytes, options: Omit<PictureOptions, 'background'>): Picture {
  checkNames('decodeJpeg', options, ['name', 'colours'], { colors: 'colours' })
  const { name = 'the picture', colours = 'grey' } = options
  if (colours !== 'grey' && colours !== 'rgb') throw wrongOption('decodeJpeg', 'colours', colours, "'grey' or 'rgb'")
  const { frame, tables, turn, isRgb } = readSegments(bytesIn(given, name), name)
  const most = {
    across: Math.max(...frame.components.map(({ across }) => across)),
    down: Math.max(...frame.components.map(({ down }) => down)),
  }
  const planes = frame.components.map((component) => {
    const steps = tables[component.table]
    if (steps === undefined)
      throw new UnrolledError('data', `${name}: the JPEG file is damaged: a table of steps is missing`)
    return atPixels(component, samplesOf(component, steps), frame, most)
  })
  const { width, height } = isOnSide(turn) ? { width: frame.height, height: frame.width } : frame
  const channels = colours === 'grey' ? 1 : 3
  const data = new Float32Array(width * height * channels)
  const colourAt = colourOf(planes, isRgb)
  for (let i = 0; i < frame.width * frame.height; i++) {
    const [x, y] = seenAt(turn, i % frame.width, Math.floor(i / frame.width), frame.width, frame.height)
    const seen = colourAt(i)
    const at = (y * width + x) * channels
    if (channels === 1) data[at] = luma(...seen) / 255
    else for (let c = 0; c < 3; c++) data[at + c] = seen[c]! / 255
  }
  return { width, height, channels, rows: { shape: [height, width * channels], data } }
}

type Colour = readonly [red: number, green: number, blue: number]

const within = (value: number): number => Math.min(255, Math.max(0, value))

/** Red, green and blue of a pixel, 0 to 255: of brightness and two differences, unless it is told that they are themselves there (JFIF). */
function colourOf(planes: readonly Float32Array[], isRgb: boolean): (pixel: number) => Colour {
  const [first, second, third] = planes as [Float32Array, Float32Array?, Float32Array?]
  if (!second || !third) return (i) => [first[i]!, first[i]!, first[i]!]
  if (isRgb) return (i) => [first[i]!, second[i]!, third[i]!]
  return (i) => {
    const [brightness, blue, red] = [first[i]!, second[i]! - 128, third[i]! - 128]
    return [
      within(brightness + 1.402 * red),
      within(brightness - 0.344136286 * blue - 0.714136286 * red),
      within(brightness + 1.772 * blue),
    ]
  }
}
