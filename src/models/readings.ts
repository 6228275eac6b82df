import { codingFrom, labelsFrom, rolesFrom, type InputCoding, type Labels, type Readings } from '../data/index.ts'
import { mainOf, misfit, portText, type Json, type Layer, type Port } from '../layers/index.ts'
import type { Entry } from './entry.ts'
import { outputOf } from './model.ts'

/** How a model reads what it is given, for its file. */
export const readingsContent = ({ input, roles }: Readings): Readonly<Record<string, Json>> => ({
  input: input.content(),
  roles: roles as Json,
})

/** The same as its file tells of it; what the coding makes must fit the layer's input of that name. */
export const readingsFrom = (layer: Layer, entry: Entry, name = 'x'): Readings => ({
  input: entry('input', (json) => fits(mainOf(layer.inputs, name)[1], codingFrom(JSON.parse(json)))),
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

function fits(input: Port, coding: InputCoding): InputCoding {
  // What is shown at once is a sequence of one step, whichever way it goes in.
  const port = { ...coding.port, axes: input.axes }
  if (misfit(port, input) === undefined && port.symbols === input.symbols) return coding
  throw new Error(`it makes ${portText(port)}, but the first layer takes ${portText(input)}`)
}
