import { codingFrom, labelsFrom, rolesFrom, type InputCoding, type Labels, type Readings } from '../data/index.ts'
import { mainOf, misfit, portText, type Json, type Layer } from '../layers/index.ts'
import type { Entry } from './entry.ts'
import { outputOf } from './model.ts'

/** How a model reads what it is given, for its file. */
export const readingsContent = ({ input, roles }: Readings): Readonly<Record<string, Json>> => ({
  input: input.content(),
  roles: roles as Json,
})

/** The same as its file tells of it; what the coding makes must fit the first layer. */
export const readingsFrom = (layer: Layer, entry: Entry): Readings => ({
  input: entry('input', (json) => fits(layer, codingFrom(JSON.parse(json)))),
  roles: entry('roles', (json) => rolesFrom(JSON.parse(json))),
})

/** The labels that a file tells of; the last layer must have a column for each. */
export const labelsOf = (layer: Layer, entry: Entry): Labels =>
  entry('labels', (json) => {
    const found = labelsFrom(JSON.parse(json))
    const { columns } = outputOf(layer)
    if (found.names.length === columns) return found
    throw new Error(`there are ${found.names.length} labels, but the last layer gives ${columns} columns`)
  })

function fits(layer: Layer, coding: InputCoding): InputCoding {
  const [, x] = mainOf(layer.inputs, 'x')
  if (misfit(coding.port, x) === undefined && coding.port.symbols === x.symbols) return coding
  throw new Error(`it makes ${portText(coding.port)}, but the first layer takes ${portText(x)}`)
}
