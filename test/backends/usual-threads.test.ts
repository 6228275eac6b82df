import { expect, test } from 'vitest'
import { threadsFor, usualThreads } from '../../src/backends/native/usual-threads.ts'

/** What a machine with these files is given, on eight processors. */
const threads = (files: Readonly<Record<string, string>>): number => threadsFor(8, (file) => files[file])

test('without a limit there are as many threads as cores, at most 16, at least one', () => {
  expect(threads({})).toBe(8)
  expect(threads({ '/sys/devices/system/cpu/smt/active': '1\n' })).toBe(4)
  expect(threads({ '/sys/devices/system/cpu/smt/active': '0\n' })).toBe(8)
  expect(threadsFor(96, () => undefined)).toBe(16)
  expect(threadsFor(1, (file) => ({ '/sys/devices/system/cpu/smt/active': '1' })[file])).toBe(1)
  expect(usualThreads()).toBeGreaterThanOrEqual(1)
})

test('a container has as many as its quota pays for, rounded down', () => {
  const container = (max: string): number =>
    threads({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': `${max}\n` })
  expect(container('100000 100000')).toBe(1)
  expect(container('200000 100000')).toBe(2)
  expect(container('350000 100000')).toBe(3)
  expect(container('50000 100000')).toBe(1)
  expect(container('max 100000')).toBe(8)
  expect(container('6400000 100000')).toBe(8)
})

test('the narrowest of the groups above counts, and a path that a container does not see is passed over', () => {
  const cgroup = '0::/system.slice/unrolled.service\n'
  const file = '/sys/fs/cgroup/system.slice/cpu.max'
  expect(threads({ '/proc/self/cgroup': cgroup, [file]: '200000 100000' })).toBe(2)
  expect(
    threads({
      '/proc/self/cgroup': cgroup,
      [file]: '200000 100000',
      '/sys/fs/cgroup/system.slice/unrolled.service/cpu.max': '300000 100000',
    }),
  ).toBe(2)
  expect(threads({ '/proc/self/cgroup': '0::/docker/ab12\n', '/sys/fs/cgroup/cpu.max': '300000 100000' })).toBe(3)
})

test('the first version of control groups counts as well, under either name', () => {
  const v1 = (controllers: string, mount: string, quota: string): number =>
    threads({
      '/proc/self/cgroup': `12:pids:/x\n4:${controllers}:/docker/ab12\n`,
      [`${mount}/cpu.cfs_quota_us`]: quota,
      [`${mount}/cpu.cfs_period_us`]: '100000\n',
    })
  expect(v1('cpu,cpuacct', '/sys/fs/cgroup/cpu,cpuacct', '150000\n')).toBe(1)
  expect(v1('cpu', '/sys/fs/cgroup/cpu', '400000\n')).toBe(4)
  expect(v1('cpu', '/sys/fs/cgroup/cpu/docker/ab12', '300000\n')).toBe(3)
  expect(v1('cpu', '/sys/fs/cgroup/cpu', '-1\n')).toBe(8)
  expect(v1('cpuset', '/sys/fs/cgroup/cpu', '100000\n')).toBe(8)
})
