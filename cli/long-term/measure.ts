import { adam, evaluate, predict, train, type Cell, type EngineOptions, type Sequences } from 'unrolled'
import { drawnSequences, longTermNetwork, type LongTermNetwork } from './network.ts'
import { reachOf, type Reach } from './reach.ts'
import { rightWithin, type LongTermTask } from './task.ts'

/** How each network is trained. */
export interface LongTermEffort {
  readonly hidden: number
  readonly seed: number
  /** Updates at most; fewer where nothing is left to learn. */
  readonly steps: number
  readonly lr: number
  readonly signal?: AbortSignal
  readonly engine?: EngineOptions
  /** Is told what share of the updates is made, 0 to 1. */
  readonly progress?: (share: number) => void
}

/** What a cell came to on a task at a distance. */
export interface LongTermResult {
  readonly task: string
  readonly cell: string
  readonly distance: number
  /** The share of answers that are right, of sequences that were never trained on. */
  readonly accuracy: number
  /** The same of who remembers nothing. */
  readonly guessing: number
  /** Whether it is nearer to all right than to guessing. */
  readonly holds: boolean
  readonly steps: number
  readonly seconds: number
  /** The gradient before training and after. */
  readonly before: Reach
  readonly after: Reach
}

const counts = { training: 4000, validation: 200, test: 500, reach: 16 }
const batch = 32
const validateEvery = 50

/** Trains a network around a cell and measures what it remembers. An aborted signal throws its reason. */
export async function measureLongTerm(
  task: LongTermTask,
  cell: Cell,
  distance: number,
  effort: LongTermEffort,
): Promise<LongTermResult> {
  const { seed, steps, engine = {}, signal, progress } = effort
  const drawn = (count: number, part: number): Sequences => drawnSequences(task, distance, count, 4 * seed + part)
  const net = longTermNetwork(task, { cell, hidden: effort.hidden, seed })
  const held = drawn(counts.test, 2)
  const some = drawn(counts.reach, 3)
  const before = await reachOf(net, some, engine)
  const run = train(net.model, drawn(counts.training, 0), {
    steps,
    batch,
    seed,
    clip: 1,
    optimizer: adam({ lr: effort.lr }),
    validation: drawn(counts.validation, 1),
    validateEvery,
    ...(signal && { signal }),
    ...engine,
  })
  let done = 0
  const began = performance.now()
  for await (const event of run) {
    done = event.step
    if (event.event === 'step') progress?.(done / steps)
    if (event.event === 'validation' && event.validationLoss < task.solved) break
  }
  signal?.throwIfAborted()
  const seconds = (performance.now() - began) / 1000
  const accuracy = await rightOf(task, net, held, engine)
  return {
    task: task.name,
    cell: cell.name,
    distance,
    accuracy,
    guessing: task.guessing,
    holds: 2 * accuracy > 1 + task.guessing,
    steps: done,
    seconds,
    before,
    after: await reachOf(net, some, engine),
  }
}

/** The share of right answers. */
async function rightOf(
  { classes }: LongTermTask,
  { model }: LongTermNetwork,
  data: Sequences,
  engine: EngineOptions,
): Promise<number> {
  if (classes !== undefined) return (await evaluate(model, data, engine)).metrics['accuracy']!
  const said = await predict(
    model,
    data.items.map(({ x }) => x as number[][]),
    engine,
  )
  const right = said.filter(({ values }, i) => {
    const { target } = data.items[i]!
    return Math.abs(values![0]! - (target as readonly number[])[0]!) < rightWithin
  })
  return right.length / said.length
}
