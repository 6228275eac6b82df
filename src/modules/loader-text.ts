/**
 * What a page or Node runs to use a module, as JavaScript behind the constants that compiling writes before it: `places` in the module's
 * memory, `fingerprint`, and `row`, `rows` and `say`. Nothing of it is evaluated at run time, and it imports nothing.
 */
export const loaderText = `
const shown = (given) => {
  if (typeof given === 'string') return JSON.stringify(given.length > 60 ? given.slice(0, 60) + '…' : given)
  if (typeof given === 'function') return 'a function'
  if (typeof given !== 'object' || given === null) return String(given)
  return given.length === undefined ? 'an object' : 'a list of ' + given.length
}
const wrong = (given, right) => new TypeError(shown(given) + ' is given; it must be ' + right)
const number = (value, name) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw wrong(value, 'a number (' + name + ')')
}
const softmax = (scores) => {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (const score of scores) sum += Math.exp(score - top)
  return scores.map((score) => Math.exp(score - top) / sum)
}

const bytesOf = (response) => {
  if (response.ok) return response.arrayBuffer()
  throw new Error((response.url || 'the response') + ' cannot be loaded: status ' + response.status)
}

/** The module's bytes, compiled and with its weights in place. */
async function instantiated(source) {
  const given = await source
  if (given instanceof WebAssembly.Module) return WebAssembly.instantiate(given)
  if (typeof given !== 'string' && !(given instanceof URL)) {
    const isResponse = typeof Response === 'function' && given instanceof Response
    return (await WebAssembly.instantiate(isResponse ? await bytesOf(given) : given)).instance
  }
  const url = new URL(given, import.meta.url)
  // A bundler for pages must find nothing of Node's here.
  const files = url.protocol === 'file:' ? globalThis.process?.getBuiltinModule?.('node:fs') : undefined
  if (files) return (await WebAssembly.instantiate(files.readFileSync(url))).instance
  return (await WebAssembly.instantiate(await bytesOf(await fetch(url)))).instance
}
`

/** The file of the weights as the loader names it, literally, so that bundlers find it. */
const weights = "'./model.wasm'"

/** The model, and how it is loaded; `more` is what it has besides. */
export const modelText = (more: string): string => `
const checkedStep = (one) => {
  if (one.length !== places.inputColumns) throw wrong(one, places.inputColumns + ' numbers, the step of a sequence')
  if (one.every(Number.isFinite)) return one
  throw wrong(one, 'numbers that float32 holds')
}

class Model {
  #machine

  constructor(machine) {
    this.#machine = machine
  }

  predict(sequence) {
    const steps = rows(sequence)
    if (steps.length === 0) throw wrong(sequence, 'a sequence of one step at least')
    const states = beginning()
    const said = this.#machine.outputs(states, steps.map(checkedStep)).map(say)
    this.#machine.forget(states)
    return places.once ? said[0] : { ...said.at(-1), steps: said }
  }
${more}
}

export async function load(source = new URL(${weights}, import.meta.url)) {
  return new Model(new Machine((await instantiated(source)).exports))
}
`

/** What a model has besides, whose sequences may come step by step. */
export const openText = `
  open() {
    return new Session(this.#machine, beginning(), 0)
  }`
