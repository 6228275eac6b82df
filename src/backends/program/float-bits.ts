/** A float's 32 bits as a whole number. */
export function floatBits(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0]!
}
