const blocks = '▁▂▃▄▅▆▇█'

/** The course of some numbers as a row of blocks, at most `width` of them. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0 || width < 1) return ''
  const means = averages(values, Math.min(width, values.length))
  const low = Math.min(...means)
  const high = Math.max(...means)
  const level = (value: number): number => (high > low ? Math.round((7 * (value - low)) / (high - low)) : 0)
  return means.map((value) => blocks[level(value)]).join('')
}

function averages(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))
    return part.reduce((a, b) => a + b, 0) / part.length
  })
}

/** The course of a number over a run of any length, in bounded memory: where it gets long, each point stands for more. */
export class Course {
  readonly #most: number
  #points: number[] = []
  #each = 1
  #sum = 0
  #count = 0

  constructor(most = 512) {
    this.#most = most
  }

  add(value: number): void {
    this.#sum += value
    if (++this.#count < this.#each) return
    this.#points.push(this.#sum / this.#count)
    this.#sum = 0
    this.#count = 0
    if (this.#points.length < this.#most) return
    this.#points = averages(this.#points, this.#most / 2)
    this.#each *= 2
  }

  line(width: number): string {
    return sparkline(this.#points, width)
  }
}
