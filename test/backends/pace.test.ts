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
    bool one = pace_alone(&pace, work);
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

describe.skipIf(compiler === undefined || process.platform === 'win32')('pace', () => {
  test('all threads work while they take what they usually do, be it much or little', () => {
    expect(decisions([...runs(100, 1000, 1900), ...runs(100, 1300, 1900)])).toBe('n'.repeat(200))
    expect(decisions(runs(100, 1000, 500))).toBe('n'.repeat(100))
  })

  test('where others hold the threads up, one works alone, and all are tried but for a small part of the time', () => {
    const before = 50
    const said = decisions([...runs(before, 1000, 1900), ...runs(1000, 20_000, 3800)]).slice(before)
    const lost = share(said, 'n') * 20_000
    expect(said.indexOf('1')).toBeLessThan(4)
    expect(lost / (share(said, '1') * 3800)).toBeLessThan(0.07)
  })

  test('when the others have gone, all work again', () => {
    const said = decisions([...runs(50, 1000, 1900), ...runs(300, 20_000, 3800), ...runs(600, 1000, 1900)])
    expect(said.slice(-300)).toBe('n'.repeat(300))
  })

  test('all threads go on where they are disturbed but still faster, and one is hardly ever tried', () => {
    const said = decisions([...runs(50, 1000, 1900), ...runs(1000, 2500, 3800)])
    expect(share(said, '1')).toBeLessThan(40)
  })
})
