import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the figures were measured on. */
export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.version,
  v8: process.versions.v8,
  /** Processes that wanted to run in the last minute, before the benchmark began. */
  load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  date: new Date().toISOString(),
})

/** @param {ReturnType<typeof machine>} m */
export function machineText(m) {
  const busy =
    m.load > 0.3 ? `\nThe machine was busy with other things (load ${m.load}): take the figures with care.` : ''
  return `${m.cpu}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}; Node ${m.node} (V8 ${m.v8}); ${m.date}${busy}`
}
