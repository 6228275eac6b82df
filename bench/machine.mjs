import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

const system = '/sys/devices/system/cpu'

function read(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** A processor (hardware thread) of each core; several may share one. */
function processorOfEachCore() {
  if (!existsSync(system)) return undefined
  const found = new Map()
  const numbers = readdirSync(system).flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? [])
  for (const processor of numbers.map(Number).sort((a, b) => a - b)) {
    const place = ['physical_package_id', 'core_id']
      .map((id) => read(`${system}/cpu${processor}/topology/${id}`))
      .join()
    if (!found.has(place)) found.set(place, processor)
  }
  return found.size > 0 ? [...found.values()] : undefined
}

/** Where threads that shall not share a core are put; absent where the system does not tell. */
export const processors = processorOfEachCore()

/** The cores this process may use; "all cores" everywhere. */
export const cores = Math.min(processors?.length ?? Infinity, availableParallelism())

function caches() {
  const folder = `${system}/cpu0/cache`
  if (!existsSync(folder)) return undefined
  return readdirSync(folder)
    .filter((name) => name.startsWith('index'))
    .map((name) => {
      const [level, type, size] = ['level', 'type', 'size'].map((part) => read(`${folder}/${name}/${part}`))
      return `L${level}${type === 'Data' ? 'd' : type === 'Instruction' ? 'i' : ''} ${size}`
    })
    .join(', ')
}

const cpuinfo = read('/proc/cpuinfo') ?? ''
const told = (/** @type {string} */ name) => new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuinfo)?.[1]

const extensions = ['avx2', 'fma', 'f16c', 'avx512f', 'avx512_fp16', 'avx512_bf16', 'asimd', 'asimdhp', 'sve']
function simd() {
  const flags = (told('flags') ?? told('Features'))?.split(' ')
  return flags && extensions.filter((flag) => flags.includes(flag))
}

/** A virtual machine may name the processor in a word or two; these numbers say which it is. */
function numbers() {
  const found = ['cpu family', 'model', 'stepping'].map(told)
  return found.includes(undefined) ? undefined : `family ${found[0]}, model ${found[1]}, stepping ${found[2]}`
}

const ticks = () => cpus().map(({ times }) => ({ idle: times.idle, all: Object.values(times).reduce((a, b) => a + b) }))

/** The share of the processors that others use, over a second in which the bench does nothing. */
async function busyShare() {
  const before = ticks()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const after = ticks()
  const idle = after.reduce((sum, { idle }, i) => sum + idle - before[i].idle, 0)
  return 1 - idle / after.reduce((sum, { all }, i) => sum + all - before[i].all, 0)
}

/** What the figures were measured on. */
export async function machine() {
  const threads = cpus().length
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    numbers: numbers(),
    cores: processors?.length ?? threads,
    processors: threads,
    usable: cores,
    /** Whether cores run several threads each; a virtual machine may not be told. */
    smt: read(`${system}/smt/active`) ?? 'unknown',
    virtual: /\bhypervisor\b/.test(told('flags') ?? ''),
    simd: simd(),
    caches: caches(),
    governor: read(`${system}/cpu0/cpufreq/scaling_governor`) ?? 'not shown by the kernel',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    v8: process.versions.v8,
    /** Processes that wanted to run in the last minute before the benchmark began, and in the last minute of it. */
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    busy: Math.round((await busyShare()) * 100) / 100,
  }
}

/** @param {Awaited<ReturnType<typeof machine>>} m */
export function machineText(m) {
  const smt = m.smt === '1' ? 'SMT on' : m.smt === '0' ? 'SMT off or hidden' : 'SMT unknown'
  const parts = [
    `${m.cpu}${m.numbers ? ` (${m.numbers})` : ''}, ${m.cores} cores, ${m.processors} processors (${smt}${m.virtual ? ', a virtual machine' : ''}), ${m.usable} used`,
    ...(m.simd ? [m.simd.join(' ')] : []),
    ...(m.caches ? [`caches ${m.caches}`] : []),
    `${m.memoryGiB} GiB of memory`,
    `governor ${m.governor}`,
    m.system,
    `Node ${m.node} (V8 ${m.v8})`,
    m.date,
  ]
  return parts.join('; ')
}

/** A warning where others were at work too. */
export const busyText = (/** @type {{ load: number, busy: number }} */ m) =>
  m.load > 0.5 || m.busy > 0.1
    ? `The machine was busy with other things (load ${m.load}, ${Math.round(m.busy * 100)} % of the processors used before it began): take the figures with care.`
    : ''
