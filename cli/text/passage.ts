import { createColors } from 'picocolors'
import { generate, printable, type GenerationOptions, type LanguageModel } from 'unrolled'
import { engineOf, type Options } from '../command.ts'
import type { Showing } from '../material.ts'
import { nextText } from '../next-commands.ts'
import { laterMinutes } from '../run-files.ts'
import { shellWord } from '../shell-word.ts'
import type { Data } from './read-text-data.ts'

/** Symbols of what a text begins with that serve as a prompt. */
const promptLength = 24

/** The first few words of a text: a prompt that its model is sure to understand. */
export function openingOf(data: Data): string {
  // A line begins where the model begins.
  if (data.kind !== 'text') return ''
  const { string } = data
  const start = [...string.slice(0, 400).trimStart()].slice(0, promptLength).join('')
  const words = start.replace(/\s+$/, '')
  return words.length < start.length ? `${words} ` : (/^[\s\S]*\s/.exec(words)?.[0] ?? words)
}

/** The opening that was stored with a model, as a prompt; none where the model does not know its symbols. */
export function openingFor({ record, vocabulary }: LanguageModel): string {
  const opening = record['opening']
  if (typeof opening !== 'string') return ''
  try {
    vocabulary.encode(opening)
    return opening
  } catch {
    return ''
  }
}

/** What a model writes: a text that goes on, or whole lines, each with the next seed; about as many symbols as `length` says. */
async function* writing(
  model: LanguageModel,
  options: GenerationOptions & { readonly length: number; readonly seed: number },
): AsyncGenerator<string, void, undefined> {
  if (model.vocabulary.boundary === undefined) return yield* generate(model, openingFor(model), options)
  for (let { length, seed } = options; length > 0; seed++) {
    for await (const symbol of generate(model, '', { ...options, length, seed })) {
      yield symbol
      length--
    }
    yield '\n'
    length--
  }
}

/** What the model writes now, after its opening; what was written so far if it is interrupted. */
export async function sample(
  model: LanguageModel,
  given: { readonly length: number; readonly seed: number; readonly options: Options; readonly signal: AbortSignal },
): Promise<string> {
  const { length, seed, options, signal } = given
  let written = ''
  try {
    const pieces = writing(model, { length, temperature, seed, signal, ...engineOf(options) })
    for await (const piece of pieces) written += piece
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return written
}

/** Lively, and mostly words. */
const temperature = 0.7

/** A passage by a trained model, and what can be done with it next. */
export async function passageAndNext(
  model: LanguageModel,
  { terminal, path, options, signal }: Showing,
): Promise<void> {
  const { bold } = createColors(terminal.colour)
  const opening = openingFor(model)
  terminal.out(`\n${bold(printable(opening))}`)
  const pieces = writing(model, { length: 400, temperature, seed: 1, signal, ...engineOf(options) })
  for await (const piece of pieces) terminal.out(printable(piece))
  const file = shellWord(path)
  const lines = model.vocabulary.boundary !== undefined
  const start = lines ? ' --count 10' : opening === '' ? '' : ` --prompt ${shellWord(opening)}`
  const next = [
    `generate ${file}${start} --temperature 0.5`,
    `show ${file} --unroll 3`,
    `train --resume --out ${file} --minutes ${laterMinutes(model)}`,
  ]
  terminal.out(`\n\n${nextText(terminal, next)}`)
}
