import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { forecastTasks } from '../../tasks/forecasting/all.ts'
import { documentFile } from '../../tasks/forecasting/findings.ts'
import { forecastDocument } from '../../tasks/forecasting/main.ts'

describe.each(forecastTasks)('the forecasting task $name', ({ needs, run }) => {
  const missing = needs?.missing()

  test.skipIf(missing !== undefined)(`goes from its data to its figures${missing ? ` (${missing})` : ''}`, async () => {
    const rows = await run({ share: 0.01, watch: (run) => run.finish() })
    expect(rows.length).toBeGreaterThan(0)
    for (const { ours, beside, coverage = 0.5 } of rows) {
      expect([ours, ...Object.values(beside)].every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
      expect(coverage).toBeGreaterThanOrEqual(0)
      expect(coverage).toBeLessThanOrEqual(1)
    }
  })
})

test('docs/forecasting.md is written from what was found', () => {
  const now = readFileSync(documentFile, 'utf8')
  expect(forecastDocument(now)).toBe(now)
})
