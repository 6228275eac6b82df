import type { Tensor } from '../../tensor.ts'
import type { Bytes } from '../bytes.ts'
import type { MelOptions } from './mel-options.ts'
import type { Picture, PictureOptions } from './picture.ts'
import type { Sound } from './sound.ts'

// Each loads when it is asked for.

/**
 * The numbers of an IDX file, as MNIST comes in: `[pictures, height, width]`, `[labels]`. Gzip is unpacked. Numbers are as they stand
 * there, so bytes are 0 to 255. `name` is what errors, code `data`, call it.
 */
export const decodeIdx = async (bytes: Bytes, name = 'the IDX file'): Promise<Tensor> =>
  (await import('./idx.ts')).readIdx(bytes, name)

/**
 * A PNG picture of any depth and kind, interlaced or not (w3.org/TR/png-3), as rows of numbers from 0 to 1. Its numbers are taken as they
 * stand there: no gamma, no profile of colours.
 * @throws UnrolledError `data` where it is damaged or none.
 */
export const decodePng = async (bytes: Bytes, options: PictureOptions = {}): Promise<Picture> =>
  (await import('./png.ts')).readPng(bytes, options)

/**
 * A JPEG picture, plain or progressive, grey or in colours, of 8 bits (ITU-T T.81; JFIF), as rows of numbers from 0 to 1; as it is seen,
 * however the camera was held (Exif). Between samples of colours that are fewer than pixels, what they say is mixed.
 * @throws UnrolledError `data` where it is damaged, none, or of another kind: in colours for print, arithmetically coded, without loss.
 */
export const decodeJpeg = async (bytes: Bytes, options: Omit<PictureOptions, 'background'> = {}): Promise<Picture> =>
  (await import('./jpeg.ts')).readJpeg(bytes, options)

/**
 * The samples of a WAV file: PCM of 8, 16, 24 and 32 bits, floats of 32 and 64. `name` is what errors, code `data`, call it.
 */
export const decodeWav = async (bytes: Bytes, name = 'the sound'): Promise<Sound> =>
  (await import('./wav.ts')).readWav(bytes, name)

/**
 * Logarithms of the power in bands of frequency, `[frames, bands]`: ln Σₖ wₖ |X[k]|², at least ln 1e-10, where X is the Fourier transform
 * of the frame under Hann's window, filled with zeros up to a power of two. Bands are triangles, equally wide in mel = 2595 log₁₀(1 + f/700)
 * (O'Shaughnessy 1987), of height 1 in their middles, as in HTK. A frame lies within the samples; what is left at the end is not in any.
 * @throws UnrolledError `data` where samples are not finite, or fewer than a frame has; `option` for wrong options.
 */
export const logMel = async (samples: Float32Array | Float64Array, options: MelOptions): Promise<Tensor> =>
  (await import('./mel-frames.ts')).melFrames(samples, options)
