// Losses of values far out, of thousands of counts and of tiny scales, on every backend against 60 digits of mpmath.
import { expect, test } from 'vitest'
import { machines } from '../fuzz/machines.ts'
import { runCase } from '../fuzz/run-case.ts'
import { outputFrom, said } from './golden.ts'
import { lossCase } from './loss-case.ts'

const all = await machines()
for (const missing of all.missing) test.skip(missing)
const everywhere = [{ name: 'reference', backend: all.reference }, ...all.fast]

const far = (got: number, wanted: number): number => Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))

test.each(['normal', 'studentT', 'negativeBinomial', 'zeroInflated'])(
  '%s: values and gradients lose no more than the rounding of what is given',
  async (name) => {
    const own = said.extremes.filter((one) => one.name === name)
    const output = outputFrom(own[0]!)
    const one = await lossCase(output, { columns: output.perValue, extents: { time: own.length, batch: 1 } })
    const results = await runCase(
      one,
      everywhere.map(({ backend }) => backend),
      {
        output: own.flatMap(({ output }) => output),
        targets: own.flatMap(({ target, scale }) => (output.counts ? [target, scale] : [target])),
        'adjoint.losses': own.map(() => 1),
      },
    )
    results.forEach((got, k) => {
      const [loss, slope] = k === 0 ? [1e-11, 1e-11] : [3e-6, 2e-5]
      own.forEach((wanted, i) => {
        const where = `${everywhere[k]!.name}: ${JSON.stringify(wanted)}`
        expect(far(got.get('losses')![i]!, wanted.loss), where).toBeLessThan(loss)
        wanted.gradient.forEach((each, c) =>
          expect(far(got.get('adjoint.output')![i * output.perValue + c]!, each), where).toBeLessThan(slope),
        )
      })
    })
  },
)
