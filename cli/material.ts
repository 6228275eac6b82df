import type { DataSet, Model, Surprise, TrainingRecord } from 'unrolled'
import type { OptionRule, Options } from './command.ts'
import type { Pace } from './build-run.ts'
import type { StoredRun } from './run-files.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** What models are made of and for: texts, tables. Commands ask it for all that is not the same for both. */
export interface Material {
  /** As messages call it: `texts`. */
  readonly called: string
  /** Values of `--task`. */
  readonly tasks: readonly string[]
  /** Options of `train` for this material alone. */
  readonly options: readonly OptionRule[]
  /** Whether the endings of files, or options, say that it is meant. */
  isMeant(files: readonly string[], options: Options): boolean
  /** Whether a model is made for it. */
  fits(model: Model): boolean
  /** What can be done with a model that is there already, as a question offers it: `[g]enerate from it`. */
  readonly offer: string
  prepare(files: readonly string[], wanted: Wanted): Promise<PreparedRun>
  /** Trains a new model in a way of its own, writes it into the file `path`, and shows what came of it; absent where `prepare` says all. */
  trains?(files: readonly string[], given: OwnTraining): Promise<ExitCode>
  /** Shows what a trained model does, and what can be done with it next. */
  show(model: Model, showing: Showing): Promise<void>
  /** What files hold. */
  describe(files: readonly string[], options: Options): Promise<Held>
  /** What a model is measured on. */
  read(model: Model, files: readonly string[], options: Options): Promise<Measured>
  /** What a model is to be surprised by. */
  readScored(model: Model, files: readonly string[], options: Options): Promise<Scored>
}

/** What is asked for, and the same with what a stored run was asked for. */
export interface Wanted {
  readonly asked: Options
  readonly options: Options
  /** The stored one, or that of `--from`. */
  readonly known: Model | undefined
  readonly stored: StoredRun | undefined
  /** Ends the reading of what may take long; its reason is thrown then. */
  readonly signal: AbortSignal
}

/** What is asked of a training of its own. */
export interface OwnTraining {
  readonly terminal: Terminal
  readonly options: Options
  readonly path: string
}

/** Where a command shows what it does. */
export interface Showing {
  readonly terminal: Terminal
  readonly options: Options
  readonly signal: AbortSignal
  /** The model's file. */
  readonly path: string
}

/** What a run works on, and what is said of it. */
export interface PreparedRun {
  readonly model: Model
  readonly data: DataSet
  readonly pace: Pace
  /** What the model's file tells beside files and options. */
  readonly record: TrainingRecord
  readonly about: About
  /** What the model makes at this time, where that can be shown. */
  sample?(step: number, signal: AbortSignal): Promise<string>
  /** Ends a run that was not interrupted: says what came of it. */
  conclude(showing: Showing, until: object): Promise<void>
}

/** What files hold, and what could be trained on them. */
export interface Held {
  /** For people. */
  readonly lines: readonly string[]
  /** Commands, and what each trains. */
  readonly commands: readonly { readonly command: string; readonly says: string }[]
  /** For machines. */
  readonly facts: object
}

/** What is said of a run before its first step. */
export interface About {
  /** How much data there is, in a line. */
  readonly size: string
  /** What stands before that, and after. */
  readonly before?: readonly string[]
  readonly after: readonly string[]
  /** What machines are told. */
  readonly events: readonly object[]
}

/** Data that surprises a model more or less. */
export interface Scored {
  readonly data: DataSet
  /** What is said of it beside that, before anything else. */
  readonly about: readonly string[]
  /** What came of it, piece by piece as people look at it: lines of a text, rows of a table. */
  pieces(found: readonly Surprise[]): Piece[]
}

/** How surprising a piece of what was read is. */
export interface Piece extends Surprise {
  /** Where it stands. */
  readonly place: string
  /** What stands there. */
  readonly text: string
  /** The same step by step, where steps are symbols. */
  readonly symbols?: readonly string[]
}

/** Data that a model is measured on, and how that is said. */
export interface Measured {
  readonly data: DataSet
  /** What is known of the data beside that, for machines. */
  readonly facts: object
  /** What a loss is counted in. */
  readonly lossUnit: string
  /** How much was measured. */
  count(result: object): string
  /** What came of it, in a line. */
  figures(result: object): string
  /** All else that people are told. */
  details(result: object, terminal: Terminal): readonly string[]
  /** The result as machines get it. */
  event(result: object): object
}
