/** Sequences that come step by step, as JavaScript behind that of the machine. */
export const sessionText = `
/** Where a snapshot's checksum stands in its header, which begins with it. */
const place = '{"__metadata__":{"unrolled.checksum":"'.length
/** CRC-32, as eight digits, of a snapshot in which they count as zeros. */
const checksum = (bytes) => {
  let sum = -1
  for (let i = 0; i < bytes.length; i++) {
    sum ^= i >= 8 + place && i < 16 + place ? 48 : bytes[i]
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  return (~sum >>> 0).toString(16).padStart(8, '0')
}

class Session {
  #machine
  #states
  #step

  constructor(machine, states, step) {
    this.#machine = machine
    this.#states = states
    this.#step = step
  }

  get step() {
    return this.#step
  }

  push(x) {
    const [output] = this.#machine.outputs(this.#states, [checkedStep(row(x))])
    this.#step++
    return say(output)
  }

  fork() {
    this.#machine.settle(this.#states)
    return new Session(this.#machine, this.#states.slice(), this.#step)
  }

  snapshot() {
    this.#machine.settle(this.#states)
    const about = JSON.stringify({ model: fingerprint, sessions: 1, step: this.#step })
    const header = { __metadata__: { 'unrolled.checksum': '00000000', 'unrolled.session': about } }
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
    bytes.set(new TextEncoder().encode(checksum(bytes)), 8 + place)
    return bytes
  }

  restore(given) {
    const { states, step } = read(given)
    this.#machine.forget(this.#states)
    this.#states = states
    this.#step = step
  }
}

/** A snapshot's states, of this module's sessions or of those of the library. */
function read(given) {
  const unfit = (why) => new Error('the snapshot does not fit: ' + why)
  const bytes = new Uint8Array(ArrayBuffer.isView(given) ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : given)
  let json, header, about
  const start = bytes.length < 8 ? 0 : 8 + new DataView(bytes.buffer).getUint32(0, true)
  try {
    json = new TextDecoder().decode(bytes.subarray(8, start))
    header = JSON.parse(json)
    about = JSON.parse(header.__metadata__['unrolled.session'])
  } catch {
    throw unfit('it is of no session, or damaged')
  }
  if (json.slice(place, place + 8) !== checksum(bytes)) throw unfit('its bytes do not fit its checksum: it is damaged')
  if (!Number.isSafeInteger(about?.step)) throw unfit('it is of no session, or damaged')
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
`
