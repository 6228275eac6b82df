import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tasks } from '../../tasks/all.ts'
import { documentText } from '../../tasks/document.ts'
import { documentFile, readFinding } from '../../tasks/findings.ts'
import { found, reached } from '../../tasks/finding.ts'

/** How much of each task is run here, and what it must reach by that: more than who learnt nothing. */
const small = new Map<string, { share: number; epochs: number } & NonNullable<(typeof tasks)[number]['goal']>>([
  ['digits-feedforward', { share: 0.03, epochs: 4, atLeast: 0.6 }],
  ['part-of-speech', { share: 0.05, epochs: 2, atLeast: 0.3 }],
  ['digits-by-rows', { share: 0.04, epochs: 5, atLeast: 0.4 }],
  ['spam', { share: 0.1, epochs: 5, atLeast: 0.5 }],
  ['surnames', { share: 0.05, epochs: 4, atLeast: 0.08 }],
  ['vowels', { share: 0.5, epochs: 6, atLeast: 0.7 }],
  ['pronunciation', { share: 0.005, epochs: 2, atMost: 0.9 }],
  ['moving-digit', { share: 0.05, epochs: 8, atLeast: 0.1 }],
  ['tones', { share: 0.03, epochs: 5, atLeast: 0.5 }],
  // What needs many steps, all of a text, or four words in a row right at once, a little is not enough for: that these run from their
  // data to their figures is all that is held.
  ['digits-by-pixels', { share: 0.01, epochs: 1, atLeast: 0 }],
  ['three-digits', { share: 0.01, epochs: 1, atLeast: 0 }],
  ['genes', { share: 0.05, epochs: 1, atLeast: 0 }],
  ['sensors', { share: 0.2, epochs: 2, atLeast: 0 }],
  ['tones-sequence', { share: 0.02, epochs: 1, atLeast: 0 }],
  ['messages', { share: 0.05, epochs: 1, atLeast: 0 }],
  ['dates', { share: 0.04, epochs: 1, atLeast: 0 }],
])

/** Tasks that tell no bounds of what they find. */
const withoutInterval = ['three-digits', 'spam', 'sensors']

describe.each(tasks)('the task $name', (task) => {
  const { name, needs } = task
  const missing = needs?.missing()

  test.skipIf(missing !== undefined)(`learns a little from a little${missing ? ` (${missing})` : ''}`, async () => {
    const { share, epochs, ...goal } = small.get(name)!
    const watch: Parameters<typeof task.run>[0]['watch'] = (run) => run.finish()
    const finding = await found(task, { share, limits: { epochs }, watch })
    expect(reached({ goal }, finding.ours)).toBe(true)
    for (const figure of [
      finding.ours,
      finding.baseline,
      ...(finding.interval ?? []),
      ...Object.values(finding.also ?? {}),
    ]) {
      expect(figure).toBeGreaterThanOrEqual(0)
      expect(figure).toBeLessThanOrEqual(1)
    }
    if (finding.interval) {
      expect(finding.interval[0]).toBeLessThanOrEqual(finding.ours)
      expect(finding.interval[1]).toBeGreaterThanOrEqual(finding.ours)
    }
    expect(finding.interval === undefined).toBe(withoutInterval.includes(name))
    expect(finding.trained.epochs).toBe(epochs)
  })

  test('is the file of its name', () => {
    expect(readFileSync(join(import.meta.dirname, `../../tasks/${name}.ts`), 'utf8')).toContain(`name: '${name}'`)
  })

  test('has been run, and says what was tried where it does not reach its goal', () => {
    const finding = readFinding(name)!
    expect(finding.task).toBe(name)
    if (!reached(task, finding.ours)) expect(task.tried).toMatch(/\w/)
  })
})

test('docs/tasks.md is written from what was found', () => {
  const entries = tasks.map((task) => ({ task, finding: readFinding(task.name)! }))
  expect(readFileSync(documentFile, 'utf8')).toBe(documentText(entries))
})
