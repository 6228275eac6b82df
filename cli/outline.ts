import type { Json, TrainingRecord } from 'unrolled'

/** So many entries of a list are shown. */
const most = 8

/** What a model keeps beside its layers, a line each: vocabulary, labels, scaling, temperature. */
export const outline = (content: TrainingRecord): string[] =>
  Object.entries(content).flatMap(([name, value]) => lines(name, value))

function lines(name: string, value: Json): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'object')) {
    const shown = value.slice(0, most).map((one) => `  ${inOneLine(one)}`)
    return [`${name}: ${value.length}`, ...shown, ...(value.length > most ? ['  …'] : [])]
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return [name, ...outline(value as TrainingRecord).map((line) => `  ${line}`)]
  }
  return [`${name}: ${inOneLine(value)}`]
}

function inOneLine(value: Json): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, most).map(inOneLine)
    return value.length > most ? `${shown.join(', ')}, … (${value.length})` : shown.join(', ')
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, one]) => (name === 'name' ? inOneLine(one) : `${name} ${inOneLine(one)}`))
      .join(', ')
  }
  return typeof value === 'number'
    ? String(Number(value.toPrecision(6)))
    : typeof value === 'string'
      ? shownText(value)
      : String(value)
}

/** A text as it is, in quotes where one would not see it. */
const shownText = (text: string): string => (/^\S+( \S+)*$/.test(text) ? text : JSON.stringify(text))
