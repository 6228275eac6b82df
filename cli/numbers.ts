/** 12345 → `12,345` */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

/** 83000 ms → `1m 23s` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}
