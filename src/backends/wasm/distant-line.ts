/** Work on a memory that a worker has to itself: everything goes there as a message, and is done in the order of messages. */

import { UnrolledError } from '../../error.ts'
import type { Scalars } from '../backend.ts'
import { maximumPages } from './assembler.ts'
import type { CrewThread, StartThread } from './crew.ts'
import type { MemoryLine, Runnable } from './line.ts'
import { Addresses, type Block } from './memory.ts'

const page = 65536
const initialPages = 16

interface Reading {
  readonly into: Float32Array | Float64Array
  readonly resolve: () => void
  readonly reject: (error: UnrolledError) => void
}

export class DistantLine implements MemoryLine {
  readonly crew = undefined
  readonly clear = true
  readonly addresses: Addresses
  private readonly reading = new Map<number, Reading>()
  private worker: CrewThread | undefined
  private bytes = initialPages * page
  private reads = 0
  private programs = 0
  private death: string | undefined

  private constructor() {
    this.addresses = new Addresses((bytes) => this.reach(bytes))
  }

  /**
   * Starts the worker. `kernels` is the module of the shared kernels, `bottom` what lies below all arrays.
   * @throws UnrolledError `thread-died` where it does not start.
   */
  static start(kernels: WebAssembly.Module, bottom: Uint8Array, start: StartThread): Promise<DistantLine> {
    const line = new DistantLine()
    return new Promise((resolve, reject) => {
      const ended = (why: string): void => {
        line.lose(why)
        reject(line.lost())
      }
      line.worker = start({
        heard: (message) => {
          // What a lost worker had still to say is for nobody.
          if (line.broken) return
          const { ready, died, read, values } = message as {
            ready?: true
            died?: string
            read?: number
            values?: Float32Array
          }
          if (died !== undefined) ended(died)
          if (values !== undefined) line.arrive(read!, values)
          if (!ready) return
          line.worker!.hold(false)
          resolve(line)
        },
        died: ended,
      })
      line.send({ act: 'begin', kernels, initial: initialPages, maximum: maximumPages })
      line.writeBottom(bottom)
    })
  }

  /** Whether the worker is no more. */
  get broken(): boolean {
    return this.death !== undefined
  }

  allocate(floats: number): Block {
    const block = this.addresses.allocate(floats)
    this.send({ act: 'clear', address: block.address, bytes: block.bytes })
    return block
  }

  free(block: Block): void {
    if (block.freed) throw new UnrolledError('already-freed', 'this memory has been freed before')
    block.freed = true
    this.addresses.release(block)
  }

  write(address: number, values: Float32Array | Float64Array): void {
    this.put(address, Float32Array.from(values))
  }

  writeWords(address: number, values: Int32Array): void {
    this.put(address, values)
  }

  copy(to: number, from: number, floats: number): void {
    this.send({ act: 'copy', to, from, bytes: 4 * floats })
  }

  /** Constants that programs of this backend read; before the program that reads them. */
  writeBottom(bytes: Uint8Array): void {
    this.send({ act: 'write', address: 0, bytes })
  }

  /** What is there when all that was asked for before is done. */
  read(address: number, into: Float32Array | Float64Array): Promise<void> {
    const read = this.reads++
    return new Promise((resolve, reject) => {
      this.send({ act: 'read', read, address, floats: into.length })
      this.reading.set(read, { into, resolve, reject })
      this.worker!.hold(true)
    })
  }

  /** Gives the worker a program; gives its number. */
  learn(module: WebAssembly.Module): number {
    this.send({ act: 'learn', module })
    return this.programs++
  }

  /** Has the worker give a program up. */
  forget(program: number): void {
    this.send({ act: 'forget', program })
  }

  runHere({ number, alone }: Runnable, given: Scalars | undefined): void {
    const { seed = 0, step = 0, sequence = 0, window = step } = given ?? {}
    const scalars = given && { seed, step, sequence, window }
    this.send({ act: 'run', ...number!, frame: alone, scalars })
  }

  private put(address: number, values: Float32Array | Int32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.send({ act: 'write', address, bytes })
  }

  private reach(bytes: number): void {
    if (bytes <= this.bytes) return
    if (bytes > maximumPages * page) {
      throw new UnrolledError(
        'out-of-memory',
        `the WebAssembly memory cannot grow from ${this.bytes} to ${bytes} bytes (it ends at 4 GiB at the latest); smaller batches or windows need less`,
      )
    }
    this.send({ act: 'reach', bytes })
    this.bytes = bytes
  }

  private arrive(read: number, values: Float32Array): void {
    const { into, resolve } = this.reading.get(read)!
    this.reading.delete(read)
    if (this.reading.size === 0) this.worker!.hold(false)
    into.set(values)
    resolve()
  }

  private send(message: object): void {
    if (this.broken) throw this.lost()
    this.worker!.send(message)
  }

  private lose(why: string): void {
    this.death ??= why
    this.worker?.end()
    for (const { reject } of this.reading.values()) reject(this.lost())
    this.reading.clear()
  }

  private lost(): UnrolledError {
    return new UnrolledError(
      'thread-died',
      `the worker that computes has died: ${this.death}. What it was working on is lost; make a new backend, or start again from the last checkpoint`,
    )
  }
}
