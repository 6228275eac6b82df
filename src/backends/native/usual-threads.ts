/** How many threads there are where nobody says how many. */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** More threads than this share too little work each. */
const mostThreads = 16

/** As many as this process may keep busy: cores it may run on, and what a container's quota leaves of them. */
export const usualThreads = (): number => threadsFor(availableParallelism(), read)

/** The same for a machine on which it may run on so many processors, and whose files `read` gives; undefined where there is none such. */
export function threadsFor(processors: number, read: (file: string) => string | undefined): number {
  // Two threads of one core share what multiplies.
  const shared = read('/sys/devices/system/cpu/smt/active')?.trim() === '1'
  const cores = Math.floor(processors / (shared ? 2 : 1))
  return Math.max(1, Math.min(cores, Math.floor(quota(read)), mostThreads))
}

/** How many cores' time the control groups leave this process; infinite where nobody limits it. */
function quota(read: (file: string) => string | undefined): number {
  let least = Infinity
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, number, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (number === undefined) continue
    const limits = controllers === '' ? second : controllers!.split(',').includes('cpu') ? first : undefined
    // A container sees its own group as the root, whatever the path says.
    for (const folder of limits ? foldersUp(path!) : []) least = Math.min(least, limits!(folder, read))
  }
  return least
}

/** A path and all above it, the root as the empty text. */
function foldersUp(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return [...parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`), '']
}

type Limit = (folder: string, read: (file: string) => string | undefined) => number

/** Control groups, second version: `max 100000` or `150000 100000`. */
const second: Limit = (folder, read) => {
  const [most, period] = (read(`/sys/fs/cgroup${folder}/cpu.max`) ?? '').trim().split(/\s+/)
  return share(Number(most), Number(period))
}

/** The first version: −1 is no limit. */
const first: Limit = (folder, read) => {
  for (const mount of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    const most = read(`${mount}${folder}/cpu.cfs_quota_us`)
    const period = read(`${mount}${folder}/cpu.cfs_period_us`)
    if (most !== undefined && period !== undefined) return share(Number(most), Number(period))
  }
  return Infinity
}

const share = (most: number, period: number): number => (most > 0 && period > 0 ? most / period : Infinity)

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
