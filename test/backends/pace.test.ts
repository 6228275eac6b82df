/** How the native backend decides between all threads and one, compiled by itself and fed with times that nobody measured. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const native = join(import.meta.dirname, '../../native')
const compiler = ['cc', 'gcc', 'clang'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** Reads pairs of times, of all threads and of one, and says for each run which of them it would have taken. */
const program = `
#include "pace.h"
#include <stdio.h>
int main(void) {
  Pace pace = {0};
  double together, alone, work = 1000;
  while (scanf("%lf %lf", &together, &alone) == 2) {
    bool one = pace_alone(&pace);
    pace_note(&pace, work, one, one ? alone : together);
    putchar(one ? '1' : 'n');
  }
  return 0;
}`

function decisions(times: readonly (readonly [together: number, alone: number])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pace-'))
  try {
    const source = join(folder, 'main.c')
    const binary = join(folder, 'main')
    writeFileSync(source, program)
    execFileSync(compiler!, ['-I', native, source, join(native, 'pace.c'), '-o', binary])
    return execFileSync(binary, { input: times.map((pair) => pair.join(' ')).join('\n'), encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const runs = (count: number, together: number, alone: number) =>
  Array.from({ length: count }, () => [together, alone] as const)
const share = (text: string, of: string): number => text.split(of).length - 1

/** Nanoseconds of a run on all threads where nobody else works, and on one. */
const together = 1e6
const alone = 1.9e6
/** After so many such runs one thread has been tried for the first time. */
const settled = runs(4000, together, alone)

describe.skipIf(compiler === undefined || process.platform === 'win32')('pace', () => {
  test('all threads work while they take what they usually do; one is tried once, for a tenth of a second', () => {
    const said = decisions([...runs(4000, together, alone), ...runs(6000, 1.3 * together, alone)])
    expect(said).toMatch(/^n{2400}1{52,54}n+$/)
  })

  test('slow first runs and a single hold-up change nothing but that one is tried once', () => {
    const said = decisions([...runs(3, 20e6, 2e6), ...settled, ...runs(1, 50e6, 50e6), ...runs(500, together, alone)])
    expect(said).toMatch(/^n{3}n+1{53}n+$/)
  })

  test('where others hold the threads up, one works alone, and all are tried but for a small part of the time', () => {
    const said = decisions([...settled, ...runs(8000, 20e6, 3.8e6)]).slice(settled.length)
    const lost = share(said, 'n') * 20e6
    expect(said.indexOf('1')).toBeLessThan(2400 / 20)
    expect(lost / (share(said, '1') * 3.8e6)).toBeLessThan(0.07)
  })

  test('threads that always hold each other up, more than there are cores, are found out too', () => {
    expect(decisions(runs(3000, 20e6, 2e6)).slice(200)).toMatch(/^1[1n]*1$/)
    expect(share(decisions(runs(3000, 20e6, 2e6)), 'n')).toBeLessThan(200)
  })

  test('a quota that stops all threads for a part of each tenth of a second is no gain', () => {
    // Of each 100 ms all threads get 50, one thread gets 90.
    const throttled = Array.from({ length: 60_000 }, (_, i) => {
      const stop = (every: number, ns: number) => (i % every === 0 ? ns : 0)
      return [0.5e6 + stop(100, 50e6), 0.8e6 + stop(112, 10e6)] as const
    })
    const said = decisions(throttled).slice(20_000)
    expect(share(said, '1')).toBeGreaterThan(0.9 * said.length)
  })

  test('when the others have gone, all work again', () => {
    const said = decisions([...settled, ...runs(1000, 20e6, 3.8e6), ...runs(9000, together, alone)])
    expect(share(said.slice(-3000), '1')).toBe(0)
  })

  test('all threads go on where they are disturbed but still faster, and one is hardly ever tried', () => {
    const said = decisions([...settled, ...runs(4000, 2.5e6, 3.8e6)]).slice(settled.length)
    expect(share(said, '1')).toBeLessThan(60)
  })
})
