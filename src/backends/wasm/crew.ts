/** The threads that share a backend's memory, and the line of jobs before them. The thread that gives work never does any. */

import { UnrolledError } from '../../error.ts'
import type { Scalars } from '../backend.ts'
import { controlAddress, controlBytes } from './constants.ts'
import { job, jobsInLine, jobWords, word } from './control.ts'

/** A thread of whatever runs JavaScript here, as far as a crew needs one. */
export interface CrewThread {
  send(message: object): void
  /** Whether the process has to stay for it. */
  hold(on: boolean): void
  end(): void
}

/** Starts a thread that runs `threadText`. */
export type StartThread = (listener: {
  heard(message: unknown): void
  /** The thread is no more, or never was. */
  died(why: string): void
}) => CrewThread

/** A part of a program: the program's number in the crew, and the part's. */
export interface PartNumber {
  readonly program: number
  readonly part: number
}

interface Waiting {
  readonly until: number
  readonly resolve: () => void
  readonly reject: (error: UnrolledError) => void
}

/** Whether count `a` has come to count `b`; counts go round. */
const reached = (a: number, b: number): boolean => ((a - b) | 0) >= 0

export class Crew {
  readonly threads: number
  private readonly words: Int32Array
  private readonly members: CrewThread[] = []
  private readonly waiting: Waiting[] = []
  private added = 0
  private programs = 0
  private death: string | undefined

  private constructor(memory: WebAssembly.Memory, threads: number) {
    this.threads = threads
    this.words = new Int32Array(memory.buffer, controlAddress, controlBytes / 4)
  }

  /**
   * Starts `threads` threads on a shared memory; `kernels` is the module of the shared kernels.
   * @throws UnrolledError `thread-died` where they do not start.
   */
  static async start(
    memory: WebAssembly.Memory,
    kernels: WebAssembly.Module,
    threads: number,
    start: StartThread,
  ): Promise<Crew> {
    const crew = new Crew(memory, threads)
    await Promise.all(
      Array.from({ length: threads }, (_, thread) => {
        return new Promise<void>((resolve, reject) => {
          const member = start({
            heard: (message) => {
              if (message === 'ready') resolve()
              else crew.hear(message)
            },
            died: (why) => {
              crew.lose(why)
              reject(crew.lost())
            },
          })
          crew.members.push(member)
          member.hold(true)
          member.send({ memory, kernels, thread, threads })
        })
      }),
    )
    crew.hold(false)
    return crew
  }

  /** Whether jobs are in line or being done. */
  get busy(): boolean {
    this.check()
    return Atomics.load(this.words, word.done) !== this.added
  }

  /** Whether a thread has died, and the crew can do no more. */
  get broken(): boolean {
    return this.death !== undefined
  }

  /** Gives all threads a program, before jobs that name it; gives its number. */
  learn(program: WebAssembly.Module): number {
    this.say({ program })
    return this.programs++
  }

  /** Has all threads give a program up, when the jobs that name it are done. */
  forget(program: number): void {
    this.say({ forget: program })
  }

  /** Has all threads hear a message, between the jobs before and those behind it. */
  private say(message: object): void {
    this.check()
    for (const member of this.members) member.send(message)
    this.add(job.listen)
  }

  /** Runs a part on frames that lie `apart` bytes from each other, one for each thread. */
  together({ program, part }: PartNumber, frame: number, apart: number, scalars: Scalars | undefined): void {
    this.run(job.together, program, part, frame, apart, scalars)
  }

  /** Runs a part on one frame, by one thread. */
  alone({ program, part }: PartNumber, frame: number, scalars: Scalars | undefined): void {
    this.run(job.alone, program, part, frame, 0, scalars)
  }

  /** Copies bytes within the memory. */
  copy(to: number, from: number, bytes: number): void {
    this.add(job.copy, to, from, bytes)
  }

  /** Kept when all that is in line now is done. */
  idle(): Promise<void> {
    this.check()
    // Said before looking: a thread that is done looks whether somebody waits after it has said so.
    Atomics.store(this.words, word.awaited, 1)
    return new Promise((resolve, reject) => {
      this.waiting.push({ until: this.added, resolve, reject })
      this.hold(true)
      this.tell()
    })
  }

  /** Waits for all that is in line, and lets nothing else happen meanwhile. */
  wait(): void {
    for (;;) {
      this.check()
      const done = Atomics.load(this.words, word.done)
      if (done === this.added) return
      this.pause(done)
    }
  }

  private run(kind: number, program: number, part: number, frame: number, apart: number, scalars?: Scalars): void {
    const { seed = 0, step = 0, sequence = 0, window = step } = scalars ?? {}
    this.add(kind, program, part, frame, apart, seed, step, sequence, window)
  }

  private add(kind: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    this.check()
    const { words } = this
    while (((this.added - Atomics.load(words, word.done)) | 0) >= jobsInLine) {
      this.check()
      this.pause(Atomics.load(words, word.done))
    }
    const at = word.jobs + (this.added & (jobsInLine - 1)) * jobWords
    words[at] = kind
    words[at + 1] = a
    words[at + 2] = b
    words[at + 3] = c
    words[at + 4] = d
    words[at + 5] = e
    words[at + 6] = f
    words[at + 7] = g
    words[at + 8] = h
    this.added = (this.added + 1) | 0
    Atomics.store(words, word.added, this.added)
    Atomics.notify(words, word.added)
  }

  /** Sleeps while so many jobs are done; a page's own thread may not sleep, and looks again at once. */
  private pause(done: number): void {
    try {
      Atomics.wait(this.words, word.done, done, 100)
    } catch {
      // In a page.
    }
    if (Atomics.load(this.words, word.broken)) this.lose('one of its threads ended with an error')
  }

  private hear(message: unknown): void {
    if (message === 'done') this.tell()
    else if (typeof message === 'object' && message !== null && 'died' in message) this.lose(String(message.died))
  }

  /** Tells those who wait for what is done. */
  private tell(): void {
    const done = Atomics.load(this.words, word.done)
    while (this.waiting[0] && reached(done, this.waiting[0].until)) this.waiting.shift()!.resolve()
    if (this.waiting.length > 0) return
    Atomics.store(this.words, word.awaited, 0)
    this.hold(false)
  }

  private lose(why: string): void {
    if (this.death !== undefined) return
    this.death = why
    const { words } = this
    Atomics.store(words, word.broken, 1)
    for (const at of [word.added, word.passed, word.done]) Atomics.notify(words, at)
    for (const { reject } of this.waiting.splice(0)) reject(this.lost())
    for (const member of this.members) member.end()
  }

  private lost(): UnrolledError {
    return new UnrolledError(
      'thread-died',
      `a thread of the wasm backend has died: ${this.death}. What it was working on is lost; make a new backend, or start again from the last checkpoint`,
    )
  }

  private check(): void {
    if (this.death !== undefined) throw this.lost()
  }

  private hold(on: boolean): void {
    for (const member of this.members) member.hold(on)
  }
}
