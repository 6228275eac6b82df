import { broadcast, concat, constant, input, type Node } from '../graph/index.ts'
import { gradientRegion, parameterRegion, type Computation, type Runner, type Task } from '../runtime/index.ts'
import { gradientNorm, type Clipping } from './clipping.ts'
import { nextValues } from './optimizers/next-values.ts'
import type { Optimizer } from './optimizers/index.ts'
import { ofGroup, whereTrained, type RateGroups } from './rate-groups.ts'

/** What an update is measured by. */
export interface Measured {
  /** Sum of the last window. */
  readonly loss: number
  /** Of the whole gradient so far. */
  readonly norm: number
}

/** Names by which moments are found on the device. */
const momentName = (name: string): string => `moment.${name}`

/** A group of parameters: what the learning rate is multiplied with, and the inputs for its scalars. */
interface Group {
  readonly factor: number
  readonly scalars: readonly Node[]
}

/**
 * The update as programs over one vector of all parameters: first the gradient's norm, then clipping, optimizer and the
 * clearing of the gradient in one kernel.
 */
export class Update {
  readonly #runner: Runner
  readonly #optimizer: Optimizer
  readonly #measure: Task
  readonly #apply: Task
  readonly #extents = {}
  readonly #none = {}
  readonly #measured = new Float32Array(2)
  readonly #values: Float64Array
  readonly #value = new Float64Array(1)
  readonly #groups: readonly Group[]
  readonly #moments: readonly { readonly name: string; readonly node: Node }[]

  private constructor(
    runner: Runner,
    optimizer: Optimizer,
    tasks: { readonly measure: Task; readonly apply: Task },
    groups: readonly Group[],
    moments: Readonly<Record<string, Node>>,
  ) {
    this.#runner = runner
    this.#optimizer = optimizer
    this.#measure = tasks.measure
    this.#apply = tasks.apply
    this.#values = new Float64Array(optimizer.scalars.length)
    this.#groups = groups
    this.#moments = Object.entries(moments).map(([name, node]) => ({ name, node }))
  }

  static async create(
    runner: Runner,
    optimizer: Optimizer,
    clipping: Clipping | undefined,
    rates?: RateGroups,
  ): Promise<Update> {
    const { floats } = runner.layout
    const vector = (name: string): Node => input(name, { rows: [], columns: floats })
    const gradient = vector(gradientRegion)
    const groups = (rates?.factors ?? [1]).map((factor, i) => ({
      factor,
      scalars: optimizer.scalars.map((name) => scalar(`scalar.${name}${i === 0 ? '' : `.${i}`}`)),
    }))
    const group = rates && vector('rate groups')
    const old = {
      parameter: vector(parameterRegion),
      moments: Object.fromEntries(optimizer.moments.map(({ name }) => [name, vector(momentName(name))])),
    }
    const measure = await runner.load(() => measuring(gradient))
    const { parameter, moments } = nextValues(optimizer, {
      ...old,
      gradient: clipping ? clipping.apply(gradient, scalar('norm')) : gradient,
      scalars: Object.fromEntries(
        optimizer.scalars.map((name, s) => {
          const each = groups.map(({ scalars }) => scalars[s]!)
          return [name, group ? ofGroup(group, each) : each[0]!]
        }),
      ),
    })
    const kept = (next: Node, before: Node): Node => (group ? whereTrained(group, next, before) : next)
    const apply = await runner.load(() => ({
      name: 'update',
      parameters: [],
      outputs: {
        [parameterRegion]: kept(parameter, old.parameter),
        ...Object.fromEntries(
          Object.entries(moments).map(([name, node]) => [momentName(name), kept(node, old.moments[name]!)]),
        ),
        [gradientRegion]: broadcast(constant(0), gradient.shape),
      },
    }))
    const update = new Update(runner, optimizer, { measure, apply }, groups, old.moments)
    measure.fit(update.#extents)
    apply.fit(update.#extents)
    if (group) runner.put(group, rates.of)
    for (const { name, initial } of optimizer.moments) {
      runner.put(old.moments[name]!, new Float32Array(floats).fill(initial))
    }
    return update
  }

  /** The loss of the last window, and the norm of the whole gradient. */
  async measure(): Promise<Measured> {
    this.#measure.run(this.#extents, this.#none)
    await this.#runner.read('measured', 0, this.#measured)
    return { loss: this.#measured[0]!, norm: this.#measured[1]! }
  }

  /** Makes update number `step`, counted from 1, and clears the gradient. `measure` comes first. */
  apply(step: number, lr: number): void {
    for (const { factor, scalars } of this.#groups) {
      this.#optimizer.scalarValues(step, lr * factor, this.#values)
      for (let i = 0; i < scalars.length; i++) {
        this.#value[0] = this.#values[i]!
        this.#runner.put(scalars[i]!, this.#value)
      }
    }
    this.#apply.run(this.#extents, this.#none)
    this.#runner.changed()
  }

  /** The moments, for a checkpoint. */
  async save(): Promise<Map<string, Float32Array>> {
    const read = this.#moments.map(async ({ name }) => {
      const values = new Float32Array(this.#runner.layout.floats)
      await this.#runner.read(momentName(name), 0, values)
      return [name, values] as const
    })
    return new Map(await Promise.all(read))
  }

  restore(moments: ReadonlyMap<string, Float32Array>): void {
    for (const { name, node } of this.#moments) this.#runner.put(node, moments.get(name)!)
  }
}

const scalar = (name: string): Node => input(name, { rows: [], columns: 1 })

/** Gives the norm to the update, and with the loss in one piece to whoever waits for it. */
function measuring(gradient: Node): Computation {
  const norm = gradientNorm(gradient)
  return { name: 'norm', parameters: [], outputs: { norm, measured: concat([scalar('loss'), norm]) } }
}
