import { Command as Parser, CommanderError, InvalidArgumentError, Option } from 'commander'
import { printable, UnrolledError, type ErrorCode } from 'unrolled'
import { commonOptions, kebab, type Command, type OptionRule, type Options } from './command.ts'
import { readConfig } from './config.ts'
import { exitCodes, type ExitCode, type Terminal } from './terminal.ts'

/** Parses arguments, runs the command they name, and gives the exit code. Every error becomes a line for people or machines. */
export async function run(
  commands: readonly Command[],
  version: string,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done
  let machine = args.includes('--json')
  const parser = new Parser('unrolled')
    .description('Recurrent neural networks: train, generate, evaluate, look inside.')
    .version(version)
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => {
        if (!machine) terminal.err(text)
      },
    })
    .showSuggestionAfterError()
    .exitOverride()
  for (const command of commands) {
    const rules = [...command.options, ...commonOptions]
    const sub = parser.command(command.name).description(command.says)
    for (const argument of command.takes) sub.argument(argument)
    for (const rule of rules) addOption(sub, rule)
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  $ ${line}\n`).join('')}`)
    sub.action(async (...received: unknown[]) => {
      const takes = received.slice(0, command.takes.length).flatMap((item) => (item as string | string[]) ?? [])
      const own = received[command.takes.length] as Options
      const path = own['config'] as string | undefined
      const inConfig = rules.filter(({ name }) => name !== 'config')
      const options = { ...(path === undefined ? {} : await readConfig(path, inConfig)), ...own }
      machine ||= options['json'] === true
      code = await command.run({ terminal, takes, options })
    })
  }
  try {
    await parser.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return failure(error, machine, terminal)
  }
}

function addOption(parser: Parser, { name, value, alone, type, says }: OptionRule): void {
  const flags = `--${kebab(name)}${value ? ` ${value}` : ''}`
  if (type === 'number') parser.option(flags, says, asNumber)
  else if (type === 'texts') parser.option(flags, says, (item: string, sofar: string[] = []) => [...sofar, item])
  else parser.addOption(alone === undefined ? new Option(flags, says) : new Option(flags, says).preset(alone))
}

function asNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError(`${text} is not a number.`)
  return value
}

/** Codes of errors that are the caller's. */
const usageCodes: ReadonlySet<ErrorCode> = new Set(['usage', 'option', 'modifier', 'size'])

function failure(error: unknown, machine: boolean, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done
    if (machine) report(terminal, 'usage', error.message.replace(/^error: /, ''))
    return exitCodes.usage
  }
  if (error instanceof UnrolledError) {
    if (machine) report(terminal, error.code, error.message)
    else terminal.err(`error: ${error.message}\n`)
    return usageCodes.has(error.code) ? exitCodes.usage : exitCodes.failed
  }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof RangeError && /alloc|array length|array buffer|memory/i.test(message)) {
    const said = `there is not enough memory (${message}); make hidden, layers, batch or unroll smaller`
    if (machine) report(terminal, 'out-of-memory', said)
    else terminal.err(`error: ${said}\n`)
    return exitCodes.failed
  }
  if (machine) report(terminal, 'bug', message)
  else terminal.err(`error: ${printable(message)}\nThis is a bug in unrolled; please report it with what you did.\n`)
  return exitCodes.failed
}

const report = (terminal: Terminal, code: ErrorCode, message: string): void =>
  terminal.out(`${JSON.stringify({ event: 'error', code, message })}\n`)
