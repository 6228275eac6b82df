import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { checksum } from '../../src/data/index.ts'

/** A PNG file of rows of pixels: 0 to 255, or red, green and blue of such. */
export function png(rows: readonly (readonly (number | readonly number[])[])[]): Uint8Array {
  const rgb = typeof rows[0]![0] !== 'number'
  const header = Buffer.alloc(13)
  header.writeUInt32BE(rows[0]!.length, 0)
  header.writeUInt32BE(rows.length, 4)
  header.set([8, rgb ? 2 : 0, 0, 0, 0], 8)
  // Each row begins with its filter, none.
  const pixels = deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row.flat()])))
  const chunk = (name: string, content: Uint8Array): Buffer => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(content.length)
    const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(checksum(named))
    return Buffer.concat([size, named, sum])
  }
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', new Uint8Array())])
}

/** A WAV file of samples from -1 to 1, 16 bits each, one channel. */
export function wav(samples: readonly number[], rate: number): Uint8Array {
  const file = Buffer.alloc(44 + 2 * samples.length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(2 * rate, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((sample, i) => file.writeInt16LE(Math.round(32767 * sample), 44 + 2 * i))
  return file
}

/** Writes files below a folder, whose own folders are made. */
export async function laid(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}
