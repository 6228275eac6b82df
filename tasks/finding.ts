import { loadavg } from 'node:os'
import { machine } from './machine.ts'
import type { Effort, Result, Task } from './task.ts'

/** What a run found, as it is kept in docs/tasks. */
export interface Finding extends Omit<Result, 'trained'> {
  readonly task: string
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run in the minute before; of other work where it is above 0. */
  readonly load: number
  /** Of everything: reading the data, training, the baseline, measuring. */
  readonly seconds: number
  readonly trained: {
    readonly seconds: number
    readonly epochs: number
    readonly ended: Result['trained']['reason']
    readonly backend: string
  }
}

/** Runs a task and takes its time. */
export async function found(task: Task, effort: Effort): Promise<Finding> {
  const load = Math.round(loadavg()[0]! * 10) / 10
  const start = performance.now()
  const { trained, ...result } = await task.run(effort)
  const { elapsedMs, epoch, reason, backend, kernels, threads } = trained
  return {
    task: task.name,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    load,
    seconds: Math.round((performance.now() - start) / 1000),
    trained: {
      seconds: Math.round(elapsedMs / 1000),
      epochs: Math.round(epoch * 10) / 10,
      ended: reason,
      backend: `${backend}, ${kernels}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    },
    ...result,
  }
}

/** Whether what must be reached is. */
export function reached({ goal }: Pick<Task, 'goal'>, ours: number): boolean {
  if (goal === undefined) return true
  return 'atLeast' in goal ? ours >= goal.atLeast : ours <= goal.atMost
}
