import type { ColumnRoles, Labelled, LabelledOptions, Model, Readings, Table } from 'unrolled'
import type { Options } from '../command.ts'
import type { Looking } from './files/look.ts'

/** How a table is read: by the columns that roles name, or as a model, or other data, reads it. */
export type TableReading =
  (ColumnRoles & Partial<LabelledOptions>) | ({ readonly like: Readings } & Pick<LabelledOptions, 'separator'>)

/** A kind of model that a table is trained with; each is a file of `tasks`, and its line in `tasks.ts`. */
export interface Task {
  /** As its models say their kind, where they have one of their own. */
  readonly name: string
  /** What else they say. */
  readonly kinds?: readonly string[]
  /** What it is said to do. */
  readonly says: string
  /** The role of the column of texts that its models write, which nobody guesses; absent where labels or numbers are told. */
  readonly writes?: 'label' | 'caption'
  /** What of a picture is a step for its models; rows. */
  readonly sees?: Looking['sees']
  /** Options that say nothing of it. */
  readonly without: readonly string[]
  /** Whether it is what these columns are for, where nothing is asked for; the first such is taken. */
  suits(roles: ColumnRoles, table: Table, options: Options): boolean
  /** The table as its models read it; `all` are its rows and those that are held out. */
  read(table: Table, how: TableReading, all?: Table): Labelled
  make(data: Labelled, options: Options): Promise<Model>
}
