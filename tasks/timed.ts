import { loadavg } from 'node:os'
import { machine } from './machine.ts'

/** When and on what something ran. */
export interface Timed {
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run in the minute before; of other work where it is above 0. */
  readonly load: number
  readonly seconds: number
}

/** Runs a task and takes its time. */
export async function timed<Result>(run: () => Promise<Result>): Promise<Timed & { readonly result: Result }> {
  const load = Math.round(loadavg()[0]! * 10) / 10
  const start = performance.now()
  const result = await run()
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    load,
    seconds: Math.round((performance.now() - start) / 1000),
    result,
  }
}

/** What is to be known of times that were taken while other things ran. */
export const busyText = ({ load }: Pick<Timed, 'load'>): string =>
  load > 0.5 ? `; the machine was busy with other things (load ${load}), so that times are longer than alone` : ''
