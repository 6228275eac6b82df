import { createColors } from 'picocolors'
import { printable } from 'unrolled'
import { on, type Command, type Given } from '../command.ts'
import { saying } from '../live-line.ts'
import { materialFor } from '../materials.ts'
import { readOption } from '../read-option.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const dataCommand: Command = {
  name: 'data',
  says: 'say what files hold, and what could be trained on them',
  takes: ['<files...>'],
  options: [readOption],
  examples: ['unrolled data mails.csv', "unrolled data 'rows/*.jsonl.gz'", 'unrolled data names.txt'],
  run,
}

async function run({ terminal, takes: files, options }: Given): Promise<ExitCode> {
  const describing = materialFor(files, options).describe(files, options)
  if (on(options, 'json')) {
    const { facts, commands } = await describing
    terminal.out(`${JSON.stringify({ event: 'done', ...facts, commands })}\n`)
    return exitCodes.done
  }
  const { lines, commands } = await saying(terminal, 'reading …', describing)
  terminal.out(lines.map((line) => `${printable(line)}\n`).join(''))
  if (commands.length === 0) return exitCodes.done
  const { bold, dim } = createColors(terminal.colour)
  terminal.out(`\n${bold('What could be trained')}\n`)
  terminal.out(commands.map(({ command, says }) => `  ${printable(command)}\n${dim(`      ${says}`)}\n`).join(''))
  return exitCodes.done
}
