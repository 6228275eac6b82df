import type { Effort, Result, Task } from './task.ts'
import { timed, type Timed } from './timed.ts'

/** What a run found, as it is kept in docs/tasks; its time is that of everything: reading the data, training, the baseline, measuring. */
export interface Finding extends Omit<Result, 'trained'>, Timed {
  readonly task: string
  readonly trained: {
    readonly seconds: number
    readonly epochs: number
    readonly ended: Result['trained']['reason']
    readonly backend: string
  }
}

/** Runs a task and takes its time. */
export async function found(task: Task, effort: Effort): Promise<Finding> {
  const {
    result: { trained, ...result },
    seconds,
    ...run
  } = await timed(() => task.run(effort))
  const { elapsedMs, epoch, reason, backend, kernels, threads } = trained
  return {
    task: task.name,
    ...run,
    seconds,
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
