/**
 * What a thread of a crew runs, as text: a page can start a thread from text wherever the package and its bundler have put their
 * files. It does jobs in the order in which they were put in line, all threads together, and looks into its messages only when a
 * job says so: a thread that waits for work hears nothing else.
 */

import { controlAddress, controlBytes } from './constants.ts'
import { job, jobsInLine, jobWords, partNames, word } from './control.ts'

/** Looks at the line before a thread goes to sleep. */
const looks = 1_000

/** Needs `post(message)` and `listen(callback)` of the place where it runs. */
export const threadText = `
const programs = []
const parts = ${JSON.stringify(partNames)}
let imports, words, kernels, thread, threads
let at = 0

const work = () => {
  for (;;) {
    for (let looked = 0; Atomics.load(words, ${word.added}) === at; looked++) {
      if (Atomics.load(words, ${word.broken})) return
      if (looked > ${looks}) Atomics.wait(words, ${word.added}, at)
    }
    const job = ${word.jobs} + (at & ${jobsInLine - 1}) * ${jobWords}
    const kind = words[job]
    at = (at + 1) | 0
    if (kind === ${job.together} || (thread === 0 && kind === ${job.alone})) {
      const frame = words[job + 3] + thread * words[job + 4]
      kernels.scalars(frame, words[job + 5], words[job + 6], words[job + 7], words[job + 8])
      programs[words[job + 1]][parts[words[job + 2]]](frame)
    } else if (thread === 0 && kind === ${job.copy}) kernels.move(words[job + 1], words[job + 2], words[job + 3])
    kernels.barrier(threads)
    if (thread === 0) {
      Atomics.store(words, ${word.done}, at)
      Atomics.notify(words, ${word.done})
      if (Atomics.load(words, ${word.awaited})) post('done')
    }
    if (kind === ${job.listen}) return
  }
}

listen((message) => {
  try {
    if (message.memory) {
      const { memory } = message
      ;({ thread, threads } = message)
      words = new Int32Array(memory.buffer, ${controlAddress}, ${controlBytes / 4})
      kernels = new WebAssembly.Instance(message.kernels, { env: { memory } }).exports
      imports = { env: { memory, now: () => performance.now(), ...kernels } }
      post('ready')
    } else if ('forget' in message) programs[message.forget] = undefined
    else programs.push(new WebAssembly.Instance(message.program, imports).exports)
    work()
  } catch (error) {
    Atomics.store(words, ${word.broken}, 1)
    Atomics.notify(words, ${word.passed})
    Atomics.notify(words, ${word.done})
    Atomics.notify(words, ${word.added})
    post({ died: String(error) })
  }
})
`
