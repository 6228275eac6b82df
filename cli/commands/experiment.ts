import { nearest, UnrolledError } from 'unrolled'
import { engineOptions, type Command, type Given } from '../command.ts'
import { longTerm } from '../long-term/long-term.ts'
import type { ExitCode } from '../terminal.ts'

const experiments = [longTerm]

export const experimentCommand: Command = {
  name: 'experiment',
  says: `show something by trying it; ${experiments.map(({ name, says }) => `${name}: ${says}`).join('; ')}`,
  takes: ['<name>'],
  options: [...experiments.flatMap(({ options }) => options), ...engineOptions],
  examples: experiments.flatMap(({ examples }) => examples),
  run,
}

async function run({ terminal, takes: [asked], options }: Given): Promise<ExitCode> {
  const experiment = experiments.find(({ name }) => name === asked)
  if (experiment) return experiment.run(terminal, options)
  const names = experiments.map(({ name }) => name)
  const close = nearest(asked!, names)
  throw new UnrolledError(
    'usage',
    `there is no experiment ${asked}; ${close === undefined ? `there is ${names.join(', ')}` : `did you mean ${close}?`}`,
  )
}
