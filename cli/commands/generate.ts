import { generate, printable, UnrolledError, type LanguageModel } from 'unrolled'
import { loadModel } from 'unrolled/node'
import {
  engineOf,
  engineOptions,
  number,
  on,
  string,
  weightsOf,
  weightsOption,
  type Command,
  type Given,
} from '../command.ts'
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
    { name: 'stop', value: '<text>', type: 'texts', says: 'end before this text; may be given several times' },
    weightsOption,
    ...engineOptions,
  ],
  examples: [
    'unrolled generate runs/moby-dick/model.safetensors --prompt "Call me " --temperature 0.7',
    'unrolled generate book.safetensors --top-p 0.9 --length 2000 --seed 7',
    'head -c 500 book.txt | unrolled generate book.safetensors --prompt -',
  ],
  run,
}

async function run({ terminal, takes, options }: Given): Promise<ExitCode> {
  const model = await languageModelFrom(takes[0]!)
  const given = string(options, 'prompt') ?? ''
  const prompt = given === '-' ? (await terminal.input()).replace(/^\uFEFF/, '').replace(/\r?\n$/, '') : given
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    why = code
    stop.abort()
  })
  // A file gets every character; a screen nothing that moves its cursor.
  const shown = (text: string): string => (terminal.live ? printable(text) : text)
  const names = ['length', 'temperature', 'topK', 'topP', 'seed'] as const
  const numbers = Object.fromEntries(
    names.map((name) => [name, number(options, name)] as const).filter(([, value]) => value !== undefined),
  )
  const stops = options['stop'] as readonly string[] | undefined
  try {
    const pieces = generate(model, prompt, {
      ...numbers,
      ...(stops && { stop: stops }),
      signal: stop.signal,
      ...engineOf(options),
      ...weightsOf(options),
    })
    let text = ''
    if (!on(options, 'json')) terminal.out(shown(prompt))
    for await (const piece of pieces) {
      text += piece
      if (!on(options, 'json')) terminal.out(shown(piece))
    }
    terminal.out(on(options, 'json') ? `${JSON.stringify({ event: 'done', prompt, text })}\n` : '\n')
    return exitCodes.done
  } catch (error) {
    if (!stop.signal.aborted) throw error
    terminal.out('\n')
    return why
  } finally {
    release()
  }
}

/** A model file that holds a language model. */
export async function languageModelFrom(path: string): Promise<LanguageModel> {
  const model = await loadModel(path)
  if (model.kind !== 'languageModel') {
    throw new UnrolledError(
      'file',
      `${path} holds a ${model.kind}; a language model is needed, as unrolled train makes`,
    )
  }
  return model as LanguageModel
}
