/** The file of the weights as the loader names it, literally, so that bundlers find it. */
const weights = "'./model.wasm'"

/**
 * What a page or Node runs to use a module, as JavaScript behind the constants that compiling writes before it: `places` (bytes in the
 * module's memory), `fingerprint`, and `row`, `rows` and `say`. Nothing of it is evaluated at run time, and it imports nothing.
 */
export const loaderText = `
const wrong = (given, right) => {
  const shown = typeof given === 'string' ? JSON.stringify(given) : ArrayBuffer.isView(given) || Array.isArray(given) ? 'a list of ' + given.length : String(given)
  return new TypeError(shown + ' is given; it must be ' + right)
}
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

/** The module's bytes, compiled and with its weights in place. */
async function instantiated(source) {
  const given = await source
  if (given instanceof WebAssembly.Module) return WebAssembly.instantiate(given)
  if (typeof given !== 'string' && !(given instanceof URL)) {
    const isResponse = typeof Response === 'function' && given instanceof Response
    return (await WebAssembly.instantiate(isResponse ? await given.arrayBuffer() : given)).instance
  }
  const url = new URL(given, import.meta.url)
  // A bundler for pages must find nothing of Node's here.
  const files = url.protocol === 'file:' ? globalThis.process?.getBuiltinModule?.('node:fs') : undefined
  if (files) return (await WebAssembly.instantiate(files.readFileSync(url))).instance
  const response = await fetch(url)
  if (!response.ok) throw new Error(url + ' cannot be loaded: status ' + response.status)
  return (await WebAssembly.instantiate(await response.arrayBuffer())).instance
}

const floatsOfStates = places.states.reduce((sum, { floats }) => sum + floats, 0)

class Model {
  #run
  #memory
  /** The session whose states are in the memory now. */
  #current

  constructor({ [fingerprint]: prepare, body, memory }) {
    if (!prepare) throw new Error('these weights are of another model than index.js; take the files of one compilation')
    prepare()
    this.#run = body
    this.#memory = new Float32Array(memory.buffer)
  }

  open() {
    const states = new Float32Array(floatsOfStates)
    let at = 0
    for (const { floats, columns, initial } of places.states) {
      states.fill(initial, at, at + columns)
      at += floats
    }
    return new Session(this, states, 0)
  }

  predict(sequence) {
    const session = this.open()
    let output
    for (const one of rows(sequence)) output = session.advance(one)
    if (output === undefined) throw wrong(sequence, 'a sequence of one step at least')
    return say(output)
  }

  /** Makes a step of a session; its states are in the memory afterwards. */
  step(session, states, one) {
    const memory = this.#memory
    this.turnTo(session, states)
    memory.fill(0, places.input / 4, places.input / 4 + places.inputFloats)
    memory.set(one, places.input / 4)
    this.#run()
    return memory.slice(places.output / 4, places.output / 4 + places.columns)
  }

  turnTo(session, states) {
    if (this.#current?.session === session) return
    if (this.#current) this.#move(this.#current.states, true)
    this.#move(states, false)
    this.#current = { session, states }
  }

  /** Brings a session's states up to date. */
  settle(session) {
    if (this.#current?.session === session) this.#move(this.#current.states, true)
  }

  /** The memory has nobody's states that count. */
  leave(session) {
    if (this.#current?.session === session) this.#current = undefined
  }

  #move(states, out) {
    let at = 0
    for (const { address, floats } of places.states) {
      if (out) states.set(this.#memory.subarray(address / 4, address / 4 + floats), at)
      else this.#memory.set(states.subarray(at, at + floats), address / 4)
      at += floats
    }
  }
}

class Session {
  #model
  #states
  #step

  constructor(model, states, step) {
    this.#model = model
    this.#states = states
    this.#step = step
  }

  get step() {
    return this.#step
  }

  push(x) {
    return say(this.advance(row(x)))
  }

  advance(one) {
    if (one.length !== places.inputColumns) throw wrong(one, places.inputColumns + ' numbers, the step of a sequence')
    const output = this.#model.step(this, this.#states, one)
    this.#step++
    return output
  }

  fork() {
    this.#model.settle(this)
    return new Session(this.#model, this.#states.slice(), this.#step)
  }

  snapshot() {
    this.#model.settle(this)
    const about = JSON.stringify({ model: fingerprint, sessions: 1, step: this.#step })
    const header = { __metadata__: { 'unrolled.session': about } }
    let [end, at] = [0, 0]
    const parts = places.states.map(({ name, columns, floats }) => {
      header[name] = { dtype: 'F32', shape: [1, columns], data_offsets: [end, (end += 4 * columns)] }
      return this.#states.subarray(at, (at += floats) - floats + columns)
    })
    const text = new TextEncoder().encode(JSON.stringify(header))
    const start = (8 + text.length + 7) & ~7
    const bytes = new Uint8Array(start + end).fill(32, 8, start)
    new DataView(bytes.buffer).setUint32(0, start - 8, true)
    bytes.set(text, 8)
    const floats = new Float32Array(bytes.buffer, start)
    let to = 0
    for (const part of parts) {
      floats.set(part, to)
      to += part.length
    }
    return bytes
  }

  restore(given) {
    const { states, step } = read(given)
    this.#model.leave(this)
    this.#states = states
    this.#step = step
  }
}

/** A snapshot's states, of this module's sessions or of those of the library. */
function read(given) {
  const unfit = (why) => new Error('the snapshot does not fit: ' + why)
  const bytes = new Uint8Array(given instanceof ArrayBuffer ? given : given.buffer.slice(given.byteOffset, given.byteOffset + given.byteLength))
  let header, about
  const start = bytes.length < 8 ? 0 : 8 + new DataView(bytes.buffer).getUint32(0, true)
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)))
    about = JSON.parse(header.__metadata__['unrolled.session'])
  } catch {
    throw unfit('it is of no session, or damaged')
  }
  if (about.model !== fingerprint) throw unfit('it was taken of another model, or of other weights')
  if (about.sessions !== 1) throw unfit('it is of ' + about.sessions + ' sessions; one is stepped here')
  const states = new Float32Array(floatsOfStates)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { name, columns, floats } of places.states) {
    const { dtype, data_offsets: [from, to] = [] } = header[name] ?? {}
    if (dtype !== 'F32' || to - from !== 4 * columns || start + to > bytes.length) throw unfit('its state ' + name + ' is missing or damaged')
    for (let i = 0; i < columns; i++) states[at + i] = view.getFloat32(start + from + 4 * i, true)
    at += floats
  }
  return { states, step: about.step }
}

export async function load(source = new URL(${weights}, import.meta.url)) {
  return new Model((await instantiated(source)).exports)
}
`
