import { productRate, type DoneEvent, type EngineOptions } from 'unrolled'
import { aligned } from './aligned.ts'
import { grouped } from './numbers.ts'

/** Lines that took a smaller share than this are shown as one. */
const smallest = 0.001

type Line = NonNullable<DoneEvent['profile']>[number]

/** A profiled run as a table, a line a kernel: what it took and did, held against what the machine can do at most. */
export async function profileTable(done: DoneEvent, engine: EngineOptions): Promise<string> {
  const { profile = [], threads, kernels } = done
  const peak = (done.peak ?? 1e9 * (await productRate(engine))) / 1e9
  const how = done.peak === undefined ? 'in a large product' : 'in registers alone'
  const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const shown = profile.filter(({ milliseconds }) => milliseconds >= smallest * total)
  const small = profile.filter(({ milliseconds }) => milliseconds < smallest * total)
  const row = (line: Line): string[] => [
    line.kernel,
    line.program,
    line.calls > 0 ? grouped(line.calls) : '',
    line.milliseconds.toFixed(1),
    percent(line.milliseconds / total),
    rate(line.operations, line.milliseconds),
    rate(line.bytes, line.milliseconds),
    line.operations > 0 ? percent(line.operations / line.milliseconds / 1e6 / peak) : '',
  ]
  const rows = shown.map(row)
  if (small.length > 0) {
    const sum = (of: 'calls' | 'milliseconds' | 'operations' | 'bytes'): number =>
      small.reduce((total, line) => total + line[of], 0)
    rows.push(
      row({
        kernel: `${small.length} more, each below ${percent(smallest)}`,
        program: '',
        calls: sum('calls'),
        milliseconds: sum('milliseconds'),
        operations: sum('operations'),
        bytes: sum('bytes'),
      }),
    )
  }
  const heads = ['kernel', 'program', 'calls', 'ms', 'time', 'GFLOP/s', 'GB/s', 'of peak']
  return [
    `profile of ${grouped(total)} ms on ${kernels}; ${threads} thread${threads === 1 ? '' : 's'} together reach at most ` +
      `${peak.toPrecision(3)} GFLOP/s ${how}`,
    ...aligned([heads, ...rows], (column) => column >= 2),
    '',
  ].join('\n')
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Thousand millions a second. */
const rate = (count: number, milliseconds: number): string =>
  count > 0 && milliseconds > 0 ? (count / milliseconds / 1e6).toFixed(1) : ''
