/**
 * What a worker runs that has the memory to itself, as text: a page that may not share memory computes in such a one, so that
 * its own thread stays free. It does what it is told in the order of its messages.
 */

import { partNames } from './control.ts'
import { frameHeader } from './frame.ts'

const page = 65536

/** Needs `post(message)` and `listen(callback)` of the place where it runs. */
export const distantText = `
const programs = []
const parts = ${JSON.stringify(partNames)}
let memory, imports, ended

const act = {
  begin({ kernels, initial, maximum }) {
    memory = new WebAssembly.Memory({ initial, maximum })
    const { exports } = new WebAssembly.Instance(kernels, { env: { memory } })
    imports = { env: { memory, now: () => performance.now(), ...exports } }
    post({ ready: true })
  },
  // By a quarter at least, so that many small arrays do not each grow the memory.
  reach({ bytes }) {
    const have = memory.buffer.byteLength / ${page}
    const need = Math.ceil(bytes / ${page} - have)
    if (need <= 0) return
    try { memory.grow(Math.max(need, have >> 2)) } catch { memory.grow(need) }
  },
  clear: ({ address, bytes }) => new Uint8Array(memory.buffer, address, bytes).fill(0),
  write: ({ address, bytes }) => new Uint8Array(memory.buffer, address, bytes.length).set(bytes),
  copy: ({ to, from, bytes }) => new Uint8Array(memory.buffer).copyWithin(to, from, from + bytes),
  learn: ({ module }) => programs.push(new WebAssembly.Instance(module, imports).exports),
  forget({ program }) { programs[program] = undefined },
  run({ program, part, frame, scalars }) {
    if (scalars) {
      const words = new Int32Array(memory.buffer, frame)
      words[${frameHeader.seed / 4}] = scalars.seed
      words[${frameHeader.step / 4}] = scalars.step
      words[${frameHeader.sequence / 4}] = scalars.sequence
      words[${frameHeader.window / 4}] = scalars.window
    }
    programs[program][parts[part]](frame)
  },
  read: ({ read, address, floats }) => post({ read, values: new Float32Array(memory.buffer, address, floats).slice() }),
}

listen((message) => {
  if (ended) return
  try {
    act[message.act](message)
  } catch (error) {
    ended = true
    post({ died: String(error) })
  }
})
`
