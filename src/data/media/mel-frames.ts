import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber, shown, wrongOption } from '../../options.ts'
import { isFloats, type Tensor } from '../../tensor.ts'
import { fourier } from './fourier.ts'
import type { MelOptions } from './mel-options.ts'

/** Below that a band is silent; its logarithm is −23. */
const silence = 1e-10

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
const hertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)

/** See `logMel`. */
export function melFrames(samples: Float32Array | Float64Array, options: MelOptions): Tensor {
  const { rate, frame, hop, bands, low, high } = checked(samples, options)
  const length = Math.round(frame * rate)
  const step = Math.round(hop * rate)
  if (samples.length < length) {
    throw new UnrolledError('data', `logMel: there are ${samples.length} samples; a frame of ${frame} s has ${length}`)
  }
  const size = 2 ** Math.ceil(Math.log2(length))
  // Hann's window, periodic: it is zero at its beginning, and would be at the sample past its end.
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length))
  const filters = triangles(bands, low, high, size, rate)
  const transform = fourier(size)
  const frames = 1 + Math.floor((samples.length - length) / step)
  const data = new Float32Array(frames * bands)
  const windowed = new Float64Array(size)
  const power = new Float64Array(size / 2 + 1)
  for (let f = 0; f < frames; f++) {
    for (let i = 0; i < length; i++) windowed[i] = samples[f * step + i]! * window[i]!
    transform.power(windowed, power)
    filters.forEach((filter, band) => {
      const sum = filter.reduce((sum, weight, k) => sum + weight * power[k]!, 0)
      data[f * bands + band] = Math.log(Math.max(sum, silence))
    })
  }
  return { shape: [frames, bands], data }
}

/** The weight of each frequency in each band: a triangle from the middle of the band below to that of the one above. */
function triangles(bands: number, low: number, high: number, size: number, rate: number): readonly Float64Array[] {
  const middles = Array.from({ length: bands + 2 }, (_, i) =>
    hertz(mel(low) + ((mel(high) - mel(low)) * i) / (bands + 1)),
  )
  return Array.from({ length: bands }, (_, band) => {
    const [from, middle, to] = [middles[band]!, middles[band + 1]!, middles[band + 2]!]
    return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
      const at = (k * rate) / size
      return Math.max(0, Math.min((at - from) / (middle - from), (to - at) / (to - middle)))
    })
  })
}

function checked(samples: unknown, options: MelOptions): Required<MelOptions> {
  if (!isFloats(samples))
    throw new UnrolledError('data', `logMel: samples in a Float32Array are needed, not ${shown(samples)}`)
  checkNames('logMel', options, ['rate', 'frame', 'hop', 'bands', 'low', 'high'], { mels: 'bands', sampleRate: 'rate' })
  const { rate, frame = 0.025, hop = 0.01, bands = 40, low = 0, high = rate / 2 } = options
  checkNumber('logMel', 'rate', rate, { above: 0 })
  checkNumber('logMel', 'frame', frame, { from: 2 / rate })
  checkNumber('logMel', 'hop', hop, { from: 1 / rate })
  checkNumber('logMel', 'bands', bands, { from: 1, whole: true })
  checkNumber('logMel', 'low', low, { from: 0, below: rate / 2 })
  checkNumber('logMel', 'high', high, { above: low, to: rate / 2 })
  const odd = samples.findIndex((sample) => !Number.isFinite(sample))
  if (odd >= 0) throw new UnrolledError('data', `logMel: sample ${odd} is ${samples[odd]}, not finite`)
  const size = 2 ** Math.ceil(Math.log2(Math.round(frame * rate)))
  const narrowest = hertz(mel(low) + (2 * (mel(high) - mel(low))) / (bands + 1)) - low
  if (narrowest <= rate / size) {
    throw wrongOption(
      'logMel',
      'bands',
      bands,
      `fewer, or frames longer: the first band would have no frequency of a frame of ${frame} s`,
    )
  }
  return { rate, frame, hop, bands, low, high }
}
