import { explain, type Forecaster, type Series } from 'unrolled'
import { engineOf, on, type Options } from '../command.ts'
import type { Terminal } from '../terminal.ts'

/** Tells of series which parts of the past their forecasts come from. */
export async function explained(
  terminal: Terminal,
  model: Forecaster,
  series: Series,
  asked: readonly { readonly name: string }[],
  options: Options,
): Promise<void> {
  if (on(options, 'csv')) return
  for (const { name } of asked) {
    const { table, occlusion, gradients, ...found } = await explain(model, series, { of: name, ...engineOf(options) })
    const facts = {
      ...found,
      occlusion: occlusion.map((row) => [...row]),
      ...(gradients && { gradients: gradients.map((row) => [...row]) }),
    }
    terminal.out(on(options, 'json') ? `${JSON.stringify({ event: 'explanation', ...facts })}\n` : `\n${table()}\n`)
  }
}
