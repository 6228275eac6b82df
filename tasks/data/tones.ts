import { decodeWav, logMel, type Tensor } from 'unrolled'
import { chance } from './chance.ts'

/** The keys of a telephone: each is a tone of its row and one of its column (ITU-T Q.23). */
const keys = ['123A', '456B', '789C', '*0#D'].flatMap((row) => [...row])
const rows = [697, 770, 852, 941]
const columns = [1209, 1336, 1477, 1633]

const rate = 8000
/** Seconds from a frame to the next, and those of a frame. */
const hop = 0.01
const frame = 0.025
export const bands = 24

interface Press {
  readonly key: number
  readonly from: number
  readonly to: number
}

/** Between 5 and 10 keys, each held for 80 to 250 ms, with 50 to 200 ms before each. */
function presses(seed: number): Press[] {
  let at = 0
  return Array.from({ length: 5 + Math.floor(6 * chance(1, seed)) }, (_, i) => {
    const from = at + 0.05 + 0.15 * chance(2, seed, i)
    at = from + 0.08 + 0.17 * chance(3, seed, i)
    return { key: Math.floor(keys.length * chance(4, seed, i)), from, to: at }
  })
}

/** What is heard: two tones a key, and noise that is 0.6 to 1.2 times as loud as they are. */
function recording(pressed: readonly Press[], seed: number): Float64Array {
  const samples = new Float64Array(Math.ceil((pressed.at(-1)!.to + 0.1) * rate))
  const loud = 0.1 + 0.2 * chance(5, seed)
  const noise = loud * 0.6 * (1 + chance(6, seed))
  // The sum of three is close enough to a normal distribution.
  for (let i = 0; i < samples.length; i++) {
    const sum = chance(7, seed, i, 0) + chance(7, seed, i, 1) + chance(7, seed, i, 2)
    samples[i] = noise * 2 * (sum - 1.5)
  }
  for (const { key, from, to } of pressed) {
    const tones = [rows[Math.floor(key / 4)]!, columns[key % 4]!]
    for (let i = Math.ceil(from * rate); i < to * rate; i++) {
      for (const hertz of tones) samples[i]! += loud * Math.sin((2 * Math.PI * hertz * i) / rate)
    }
  }
  return samples
}

/** A WAV file of samples from −1 to 1, in 16 bits. */
function wav(samples: Float64Array): Uint8Array {
  const file = new DataView(new ArrayBuffer(44 + 2 * samples.length))
  const word = (at: number, text: string): void => [...text].forEach((c, i) => file.setUint8(at + i, c.charCodeAt(0)))
  word(0, 'RIFF')
  file.setUint32(4, 36 + 2 * samples.length, true)
  word(8, 'WAVEfmt ')
  file.setUint32(16, 16, true)
  file.setUint16(20, 1, true)
  file.setUint16(22, 1, true)
  file.setUint32(24, rate, true)
  file.setUint32(28, 2 * rate, true)
  file.setUint16(32, 2, true)
  file.setUint16(34, 16, true)
  word(36, 'data')
  file.setUint32(40, 2 * samples.length, true)
  samples.forEach((s, i) => file.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, s)) * 32767, true))
  return new Uint8Array(file.buffer)
}

/** A recording: the energies of its frames by band, and the key that is down at the middle of each, or none. */
export type Recording = {
  readonly frames: Tensor
  readonly keys: readonly string[]
  /** The keys in the order in which they are pressed. */
  readonly pressed: readonly string[]
}

async function recorded(seed: number): Promise<Recording> {
  const pressed = presses(seed)
  const { rate, channels } = await decodeWav(wav(recording(pressed, seed)))
  const frames = await logMel(channels[0]!, { rate, frame, hop, bands, low: 500, high: 2000 })
  const down = (time: number): string => {
    const press = pressed.find(({ from, to }) => from <= time && time < to)
    return press === undefined ? 'none' : keys[press.key]!
  }
  return {
    frames,
    pressed: pressed.map(({ key }) => keys[key]!),
    keys: Array.from({ length: frames.shape[0]! }, (_, i) => down(i * hop + frame / 2)),
  }
}

/** Recordings of keys that are pressed; those of another `first` are others. */
export const tones = (first: number, count: number): Promise<Recording[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => recorded(first + i)))
