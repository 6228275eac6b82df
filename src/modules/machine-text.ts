/** What runs a module's program on its memory, as JavaScript: it knows `places` and `fingerprint`. */
export const machineText = `
const floatsOfStates = places.states.reduce((sum, { floats }) => sum + floats, 0)
const beginning = () => {
  const states = new Float32Array(floatsOfStates)
  let at = 0
  for (const { floats, columns, initial } of places.states) {
    states.fill(initial, at, at + columns)
    at += floats
  }
  return states
}

/** The module's memory and its functions. One sequence at a time is in it. */
class Machine {
  #run
  #prepare
  #memory
  #floats
  #steps = 0
  #starts = []
  /** Whose states are in the memory now: the array that keeps them for him. */
  #states

  constructor({ [fingerprint]: prepare, body, memory }) {
    if (!prepare) throw new Error('these weights are of another model than index.js; take the files of one compilation')
    this.#prepare = prepare
    this.#run = body
    this.#memory = memory
    this.#floats = new Float32Array(memory.buffer)
  }

  /** Runs steps from the states given on, which \`settle\` brings up to date; gives the rows that come out. */
  outputs(states, steps) {
    this.#turnTo(states)
    this.#fit(steps.length)
    const { input, output, columns, outputFloats, once } = places
    if (input) this.#write(steps, this.#at(input))
    this.#run()
    const from = this.#at(output)
    return Array.from({ length: once ? 1 : steps.length }, (_, t) => {
      return this.#floats.slice(from + t * outputFloats, from + t * outputFloats + columns)
    })
  }

  #write(steps, into) {
    const { inputFloats } = places
    for (let t = 0; t < steps.length; t++) {
      this.#floats.fill(0, into + t * inputFloats, into + (t + 1) * inputFloats)
      this.#floats.set(steps[t], into + t * inputFloats)
    }
  }

  /** Brings states up to date that may be in the memory. */
  settle(states) {
    if (this.#states === states) this.#move(states, true)
  }

  /** Nobody will ask for these states any more. */
  forget(states) {
    if (this.#states === states) this.#states = undefined
  }

  #at({ at, growing }) {
    return (growing === undefined ? at : this.#starts[growing]) / 4
  }

  #turnTo(states) {
    if (this.#states === states) return
    if (this.#states) this.#move(this.#states, true)
    this.#move(states, false)
    this.#states = states
  }

  #move(states, out) {
    let from = 0
    for (const { at, floats } of places.states) {
      if (out) states.set(this.#floats.subarray(at / 4, at / 4 + floats), from)
      else this.#floats.set(states.subarray(from, from + floats), at / 4)
      from += floats
    }
  }

  /** Says how long a sequence is to all that depends on it. */
  #fit(steps) {
    if (this.#steps === steps) return
    let end = places.free
    const starts = places.growing.map(([a, b]) => {
      const start = end
      end += Math.max(64, Math.ceil((a + b * steps) / 64) * 64)
      return start
    })
    const missing = end + 256 - this.#memory.buffer.byteLength
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / 65536))
      this.#floats = new Float32Array(this.#memory.buffer)
    }
    const words = new Int32Array(this.#memory.buffer)
    for (const [word, a, b, growing] of places.fields) words[word] = a + b * steps + (growing < 0 ? 0 : starts[growing])
    this.#starts = starts
    if (this.#steps === 0) this.#prepare()
    this.#steps = steps
  }
}
`
