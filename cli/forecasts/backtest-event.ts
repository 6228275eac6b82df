import type { BacktestReport } from 'unrolled'

/** A report as machines get it. */
export function backtestEvent({ table: _, coverageByStep, ...facts }: BacktestReport): object {
  return {
    event: 'backtest',
    ...facts,
    ...(coverageByStep && {
      coverageByStep: Array.from(coverageByStep, (share) => (Number.isNaN(share) ? null : share)),
    }),
  }
}
