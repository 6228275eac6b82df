/** How a camera was held, as a part of its file tells (Exif 2.3, tag 274): 1 to 8; undefined where that tells nothing of it. */
export function turnIn(content: DataView): number | undefined {
  const isExif =
    content.byteLength > 14 && [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => content.getUint8(i) === byte)
  if (!isExif) return undefined
  const from = 6
  const little = content.getUint16(from) === 0x4949
  const entries = from + content.getUint32(from + 4, little)
  if (entries + 2 > content.byteLength) return undefined
  for (
    let i = 0, at = entries + 2;
    i < content.getUint16(entries, little) && at + 12 <= content.byteLength;
    i++, at += 12
  ) {
    if (content.getUint16(at, little) !== 0x0112) continue
    const turn = content.getUint16(at + 8, little)
    return turn >= 1 && turn <= 8 ? turn : undefined
  }
  return undefined
}

/** Whether the picture lies on its side. */
export const isOnSide = (turn: number): boolean => turn > 4

/** Where a pixel of the file is seen in the picture as it is held. */
export function seenAt(
  turn: number,
  x: number,
  y: number,
  width: number,
  height: number,
): readonly [x: number, y: number] {
  // In the order of the numbers: mirrored, upside down, both; then the same across the diagonal.
  const across = [2, 3].includes(turn) || [7, 8].includes(turn) ? width - 1 - x : x
  const down = [3, 4].includes(turn) || [6, 7].includes(turn) ? height - 1 - y : y
  return isOnSide(turn) ? [down, across] : [across, down]
}
