import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import type { Tensor } from '../../tensor.ts'
import { linesOf, sheetOf, type Format, type Sheet } from './sheet.ts'

/**
 * The `.ts` format of the time series archive (timeseriesclassification.com): `@` and names above `@data`, then a series a line, its
 * dimensions between colons, their values between commas, and last its class or target. `x` is `[steps, dimensions]`.
 */
export const tsFormat: Format = {
  sniff: (text) => /^\s*(?:[#%][^\n]*\n|\s*\n)*@\w+[^\n]*\n(?:[^\n]*\n)*?@data\s*\n/i.test(text),
  sheet: read,
}

function read(text: string, name: string): Sheet {
  const about = new Map<string, string>()
  const series: Tensor[] = []
  const answers: unknown[] = []
  const lines: number[] = []
  let isData = false
  for (const [line, number] of linesOf(text)) {
    const where = `${name}, line ${number}`
    if (line.trim() === '' || /^[#%]/.test(line)) continue
    if (!isData) {
      const [, key, value] = /^\s*@(\w+)\s*(.*)$/.exec(line) ?? []
      if (key === undefined) throw new UnrolledError('data', `${where}: @ and a name, or @data, must stand there`)
      about.set(key.toLowerCase(), value!.trim())
      isData = key.toLowerCase() === 'data'
      if (isData && about.get('timestamps') === 'true') {
        throw new UnrolledError(
          'data',
          `${where}: values with time stamps are not read; write them as (sequence, time, value) in CSV`,
        )
      }
      continue
    }
    const parts = line.trim().split(':')
    if (hasClass(about) || hasTarget(about))
      answers.push(hasTarget(about) ? numberIn(parts.pop()!, `${where}, target`) : parts.pop())
    series.push(seriesOf(parts, where))
    lines.push(number)
  }
  const answer = hasTarget(about) ? { target: answers } : hasClass(about) ? { class: answers } : {}
  return sheetOf(name, { x: series, ...answer }, lines, {
    said: ['time series'],
    types: { x: 'list', ...('class' in answer && { class: 'string' }) },
  })
}

const hasClass = (about: ReadonlyMap<string, string>): boolean => /^true/.test(about.get('classlabel') ?? '')
const hasTarget = (about: ReadonlyMap<string, string>): boolean => /^true/.test(about.get('targetlabel') ?? '')

function seriesOf(dimensions: readonly string[], where: string): Tensor {
  const columns = dimensions.map((values, d) =>
    values.split(',').map((value, i) => numberIn(value, `${where}, dimension ${d + 1}, step ${i + 1}`)),
  )
  const steps = columns[0]?.length ?? 0
  const odd = columns.findIndex(({ length }) => length !== steps)
  if (odd >= 0)
    throw new UnrolledError(
      'data',
      `${where}: dimension ${odd + 1} has ${columns[odd]!.length} steps, the first ${steps}`,
    )
  const data = new Float64Array(steps * columns.length)
  columns.forEach((column, d) => column.forEach((value, step) => (data[step * columns.length + d] = value)))
  return { shape: [steps, columns.length], data }
}

function numberIn(text: string, where: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new UnrolledError('data', `${where}: ${shown(text)} is no number`)
}
