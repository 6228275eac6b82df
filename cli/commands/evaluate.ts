import { evaluate } from 'unrolled'
import { readText } from 'unrolled/node'
import { engineOf, engineOptions, number, on, type Command, type Given } from '../command.ts'
import { grouped } from '../numbers.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'
import { languageModelFrom } from './generate.ts'

export const evaluateCommand: Command = {
  name: 'evaluate',
  says: 'measure how well a model predicts text',
  takes: ['<model>', '<files...>'],
  options: [
    {
      name: 'batch',
      value: '<n>',
      type: 'number',
      says: 'streams the text is cut into; 1 sees every symbol with its whole past',
    },
    ...engineOptions,
  ],
  examples: [
    'unrolled evaluate book.safetensors other-book.txt',
    "unrolled evaluate book.safetensors 'letters/*.txt' --json",
  ],
  run,
}

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const model = await languageModelFrom(path!)
  const text = await readText(files, { vocabulary: model.vocabulary })
  const batch = number(options, 'batch')
  const stop = new AbortController()
  const release = terminal.onInterrupt(() => stop.abort())
  try {
    const result = await evaluate(model, text, {
      ...(batch !== undefined && { batch }),
      signal: stop.signal,
      ...engineOf(options),
    })
    const unit = model.units === 'words' ? 'word' : 'character'
    if (on(options, 'json')) terminal.out(`${JSON.stringify({ event: 'done', ...result })}\n`)
    else {
      terminal.out(
        `${grouped(result.units)} ${model.units}: ${result.loss.toFixed(4)} nats, ${result.bits.toFixed(4)} bits a ${unit}, ` +
          `perplexity ${result.perplexity.toFixed(3)}\n`,
      )
    }
    return exitCodes.done
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted
    throw error
  } finally {
    release()
  }
}
