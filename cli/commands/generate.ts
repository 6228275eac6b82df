import { generate, printable, type GenerationOptions } from 'unrolled'
import {
  engineOf,
  engineOptions,
  number,
  on,
  string,
  weightsOf,
  weightsOption,
  whole,
  type Command,
  type Given,
  type Options,
} from '../command.ts'
import { interruptible } from '../interruptible.ts'
import { languageModelFrom } from '../text/language-model-from.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const generateCommand: Command = {
  name: 'generate',
  says: 'write text with a trained model, as it comes',
  takes: ['<model>'],
  options: [
    { name: 'prompt', value: '<text>', type: 'text', says: 'what the text begins with; - reads standard input' },
    { name: 'length', value: '<n>', type: 'number', says: 'symbols to write (400)' },
    {
      name: 'temperature',
      value: '<t>',
      type: 'number',
      says: 'below 1 safer, above 1 bolder; 0 takes the likeliest (1)',
    },
    { name: 'topK', value: '<k>', type: 'number', says: 'only the k likeliest symbols' },
    { name: 'topP', value: '<p>', type: 'number', says: 'only the likeliest symbols with probability p together' },
    { name: 'seed', value: '<n>', type: 'number', says: 'the same seed writes the same text (0)' },
    { name: 'count', value: '<n>', type: 'number', says: 'texts to write, each with the next seed (1)' },
    { name: 'stop', value: '<text>', type: 'texts', says: 'end before this text; may be given several times' },
    weightsOption,
    ...engineOptions,
  ],
  examples: [
    'unrolled generate runs/moby-dick/model.safetensors --prompt "Call me " --temperature 0.7',
    'unrolled generate book.safetensors --top-p 0.9 --length 2000 --seed 7',
    'unrolled generate names.safetensors --count 20',
    'head -c 500 book.txt | unrolled generate book.safetensors --prompt -',
  ],
  run,
}

async function run({ terminal, takes, options }: Given): Promise<ExitCode> {
  const model = await languageModelFrom(takes[0]!)
  const given = string(options, 'prompt') ?? ''
  const prompt = given === '-' ? (await terminal.input()).replace(/^\uFEFF/, '').replace(/\r?\n$/, '') : given
  // A file gets every character; a screen nothing that moves its cursor.
  const shown = (text: string): string => (terminal.live ? printable(text) : text)
  const json = on(options, 'json')
  const count = whole(options, 'count', 1)
  const write = async (signal: AbortSignal): Promise<ExitCode> => {
    const texts: string[] = []
    for (let n = 0; n < count; n++) {
      const pieces = generate(model, prompt, { ...generationOptions(options, n), signal })
      let text = ''
      if (!json) terminal.out(shown(prompt))
      for await (const piece of pieces) {
        text += piece
        if (!json) terminal.out(shown(piece))
      }
      if (!json) terminal.out('\n')
      texts.push(text)
    }
    if (json) {
      const written = count === 1 ? { text: texts[0] } : { texts }
      terminal.out(`${JSON.stringify({ event: 'done', prompt, ...written })}\n`)
    }
    return exitCodes.done
  }
  return interruptible(terminal, (signal) =>
    write(signal).catch((error: unknown) => {
      // What was begun stands there.
      if (signal.aborted) terminal.out('\n')
      throw error
    }),
  )
}

/** What is asked for the `n`th text. */
function generationOptions(options: Options, n: number): GenerationOptions {
  const names = ['length', 'temperature', 'topK', 'topP'] as const
  const numbers = Object.fromEntries(
    names.map((name) => [name, number(options, name)] as const).filter(([, value]) => value !== undefined),
  )
  const stop = options['stop'] as readonly string[] | undefined
  const seed = (number(options, 'seed') ?? 0) + n
  return { ...numbers, seed, ...(stop && { stop }), ...engineOf(options), ...weightsOf(options) }
}
