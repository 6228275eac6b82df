/** 12345 → `12,345` */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

/** 83000 ms → `1m 23s` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}

const blocks = '▁▂▃▄▅▆▇█'

/** The course of some numbers as a row of blocks, at most `width` of them. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0) return ''
  const count = Math.min(width, values.length)
  const means = Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))
    return part.reduce((a, b) => a + b, 0) / part.length
  })
  const low = Math.min(...means)
  const high = Math.max(...means)
  const level = (value: number): number => (high > low ? Math.round((7 * (value - low)) / (high - low)) : 0)
  return means.map((value) => blocks[level(value)]).join('')
}
