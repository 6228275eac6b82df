const table = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let c = byte
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  table[byte] = c
}

/** CRC-32 (IEEE 802.3, as gzip's and PNG's): finds every single flipped bit and every burst up to 32 bits. `from` continues one. */
export function checksum(bytes: Uint8Array, from = 0): number {
  let c = ~from
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8)
  return ~c >>> 0
}

/** A checksum as files carry it: eight hexadecimal digits. */
export const checksumText = (sum: number): string => sum.toString(16).padStart(8, '0')
