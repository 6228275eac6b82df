import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'

/** What the figures were measured on. */
export function machine(): string {
  const cpu = cpus()[0]?.model ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpu}, ${availableParallelism()} processors, ${memory} GiB, ${platform()} ${arch()}, Node ${process.version}`
}
