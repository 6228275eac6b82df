import { broadcast, constant, input, type Node } from '../graph/index.ts'
import type { Task, Workspace } from '../runtime/index.ts'
import { gradientNorm, type Clipping } from './clipping.ts'
import type { Optimizer } from './optimizers/index.ts'
import { ofGroup, whereTrained, type RateGroups } from './rate-groups.ts'

const momentRegion = (name: string): string => `moment.${name}`
/** Scalars of the group of that number. */
const scalarRegion = (name: string, group: number): string => `scalar.${name}${group === 0 ? '' : `.${group}`}`
const groupRegion = 'rate groups'

/**
 * The update as programs over one vector of all parameters: first the gradient's norm, then clipping, optimizer and the
 * clearing of the gradient in one kernel.
 */
export class Update {
  readonly #workspace: Workspace
  readonly #optimizer: Optimizer
  readonly #measure: Task
  readonly #apply: Task
  readonly #floats: number
  readonly #extents = {}
  readonly #none = {}
  readonly #norm = new Float32Array(1)
  readonly #scalars: Float64Array
  readonly #scalar = new Float64Array(1)
  /** For each group what the learning rate is multiplied with, and the regions of its scalars. */
  readonly #groups: readonly { readonly factor: number; readonly regions: readonly string[] }[]

  private constructor(
    workspace: Workspace,
    optimizer: Optimizer,
    measure: Task,
    apply: Task,
    floats: number,
    factors: readonly number[],
  ) {
    this.#workspace = workspace
    this.#optimizer = optimizer
    this.#measure = measure
    this.#apply = apply
    this.#floats = floats
    this.#scalars = new Float64Array(optimizer.scalars.length)
    this.#groups = factors.map((factor, i) => ({
      factor,
      regions: optimizer.scalars.map((name) => scalarRegion(name, i)),
    }))
  }

  static async create(
    workspace: Workspace,
    floats: number,
    optimizer: Optimizer,
    clipping: Clipping | undefined,
    groups?: RateGroups,
  ): Promise<Update> {
    const factors = groups?.factors ?? [1]
    const vector = (name: string): Node => input(name, { rows: [], columns: floats })
    const scalar = (name: string): Node => input(name, { rows: [], columns: 1 })
    const gradient = vector('gradients')
    const measure = await workspace.load(() => ({
      name: 'norm',
      parameters: [],
      outputs: { norm: gradientNorm(gradient) },
    }))
    const group = groups && vector(groupRegion)
    const scalarOf = (name: string): Node => {
      const each = factors.map((_, i) => scalar(scalarRegion(name, i)))
      return group ? ofGroup(group, each) : each[0]!
    }
    const old = {
      parameter: vector('parameters'),
      moments: Object.fromEntries(optimizer.moments.map(({ name }) => [name, vector(momentRegion(name))])),
    }
    const { parameter, moments } = optimizer.update({
      ...old,
      gradient: clipping ? clipping.apply(gradient, scalar('norm')) : gradient,
      scalars: Object.fromEntries(optimizer.scalars.map((name) => [name, scalarOf(name)])),
    })
    const kept = (next: Node, before: Node): Node => (group ? whereTrained(group, next, before) : next)
    const apply = await workspace.load(() => ({
      name: 'update',
      parameters: [],
      outputs: {
        parameters: kept(parameter, old.parameter),
        ...Object.fromEntries(
          Object.entries(moments).map(([name, node]) => [momentRegion(name), kept(node, old.moments[name]!)]),
        ),
        gradients: broadcast(constant(0), gradient.shape),
      },
    }))
    const update = new Update(workspace, optimizer, measure, apply, floats, factors)
    measure.fit(update.#extents)
    apply.fit(update.#extents)
    if (groups) workspace.write(groupRegion, 0, groups.of)
    for (const { name, initial } of optimizer.moments) {
      workspace.write(momentRegion(name), 0, new Float32Array(floats).fill(initial))
    }
    return update
  }

  /** The norm of the whole gradient. */
  async norm(): Promise<number> {
    this.#measure.run(this.#extents, this.#none)
    await this.#workspace.read('norm', 0, this.#norm)
    return this.#norm[0]!
  }

  /** Makes update number `step`, counted from 1, and clears the gradient. `norm` comes first. */
  apply(step: number, lr: number): void {
    for (const { factor, regions } of this.#groups) {
      this.#optimizer.scalarValues(step, lr * factor, this.#scalars)
      for (let i = 0; i < regions.length; i++) {
        this.#scalar[0] = this.#scalars[i]!
        this.#workspace.write(regions[i]!, 0, this.#scalar)
      }
    }
    this.#apply.run(this.#extents, this.#none)
  }

  /** The moments, for a checkpoint. */
  async save(): Promise<Map<string, Float32Array>> {
    const result = new Map<string, Float32Array>()
    for (const { name } of this.#optimizer.moments) {
      const values = new Float32Array(this.#floats)
      await this.#workspace.read(momentRegion(name), 0, values)
      result.set(name, values)
    }
    return result
  }

  restore(moments: ReadonlyMap<string, Float32Array>): void {
    for (const { name } of this.#optimizer.moments) this.#workspace.write(momentRegion(name), 0, moments.get(name)!)
  }
}
