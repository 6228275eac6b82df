import type { OptionRule, Options } from './command.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** Something that is shown by trying it. */
export interface Experiment {
  readonly name: string
  readonly says: string
  readonly options: readonly OptionRule[]
  readonly examples: readonly string[]
  run(terminal: Terminal, options: Options): Promise<ExitCode>
}
