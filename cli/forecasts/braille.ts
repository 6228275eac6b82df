/** The bits of the eight dots of a sign, by column and row. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

/** A drawing of dots, two columns and four rows of them in a sign. */
export class Braille {
  readonly #columns: number
  readonly #rows: number
  readonly #cells: Uint8Array

  /** @param columns signs across, and `rows` down */
  constructor(columns: number, rows: number) {
    this.#columns = columns
    this.#rows = rows
    this.#cells = new Uint8Array(columns * rows)
  }

  /** A line between two dots, counted from the upper left, both among it (Bresenham 1965). */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const [width, height] = [Math.abs(toX - fromX), Math.abs(toY - fromY)]
    const [right, down] = [Math.sign(toX - fromX), Math.sign(toY - fromY)]
    let [x, y, error] = [fromX, fromY, width - height]
    for (;;) {
      this.#dot(x, y)
      if (x === toX && y === toY) return
      const twice = 2 * error
      if (twice > -height) {
        error -= height
        x += right
      }
      if (twice < width) {
        error += width
        y += down
      }
    }
  }

  #dot(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= 2 * this.#columns || y >= 4 * this.#rows) return
    this.#cells[(y >> 2) * this.#columns + (x >> 1)]! |= dots[x & 1]![y & 3]!
  }

  /** The sign at a place; undefined where there is no dot. */
  sign(column: number, row: number): string | undefined {
    const cell = this.#cells[row * this.#columns + column]!
    return cell === 0 ? undefined : String.fromCharCode(0x2800 + cell)
  }
}
