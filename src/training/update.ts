import { broadcast, constant, input, type Node } from '../graph/index.ts'
import type { Task, Workspace } from '../runtime/index.ts'
import { gradientNorm, type Clipping } from './clipping.ts'
import type { Optimizer } from './optimizers/index.ts'

const momentRegion = (name: string): string => `moment.${name}`
const scalarRegion = (name: string): string => `scalar.${name}`

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
  readonly #regions: readonly string[]

  private constructor(workspace: Workspace, optimizer: Optimizer, measure: Task, apply: Task, floats: number) {
    this.#workspace = workspace
    this.#optimizer = optimizer
    this.#measure = measure
    this.#apply = apply
    this.#floats = floats
    this.#scalars = new Float64Array(optimizer.scalars.length)
    this.#regions = optimizer.scalars.map(scalarRegion)
  }

  static async create(
    workspace: Workspace,
    floats: number,
    optimizer: Optimizer,
    clipping: Clipping | undefined,
  ): Promise<Update> {
    const vector = (name: string): Node => input(name, { rows: [], columns: floats })
    const scalar = (name: string): Node => input(name, { rows: [], columns: 1 })
    const gradient = vector('gradients')
    const measure = await workspace.load({ name: 'norm', parameters: [], outputs: { norm: gradientNorm(gradient) } })
    const { parameter, moments } = optimizer.update({
      parameter: vector('parameters'),
      gradient: clipping ? clipping.apply(gradient, scalar('norm')) : gradient,
      moments: Object.fromEntries(optimizer.moments.map(({ name }) => [name, vector(momentRegion(name))])),
      scalars: Object.fromEntries(optimizer.scalars.map((name) => [name, scalar(scalarRegion(name))])),
    })
    const apply = await workspace.load({
      name: 'update',
      parameters: [],
      outputs: {
        parameters: parameter,
        ...Object.fromEntries(Object.entries(moments).map(([name, node]) => [momentRegion(name), node])),
        gradients: broadcast(constant(0), gradient.shape),
      },
    })
    const update = new Update(workspace, optimizer, measure, apply, floats)
    measure.fit(update.#extents)
    apply.fit(update.#extents)
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
    this.#optimizer.scalarValues(step, lr, this.#scalars)
    for (let i = 0; i < this.#regions.length; i++) {
      this.#scalar[0] = this.#scalars[i]!
      this.#workspace.write(this.#regions[i]!, 0, this.#scalar)
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
