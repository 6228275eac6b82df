import { evaluate, type Evaluation, type LanguageModel, type WeightFormat } from 'unrolled'
import { engineOf, engineOptions, number, on, weightsOf, weightsOption, type Command, type Given } from '../command.ts'
import { languageModelFrom } from '../language-model-from.ts'
import { fitting, LiveLine, saying } from '../live-line.ts'
import { grouped } from '../numbers.ts'
import { leftOutInWords, readFor } from '../read-data.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

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
    { ...weightsOption, says: `${weightsOption.says}, and print what that costs` },
    ...engineOptions,
  ],
  examples: [
    'unrolled evaluate book.safetensors other-book.txt',
    "unrolled evaluate book.safetensors 'letters/*.txt' --json",
    'unrolled evaluate book.safetensors other-book.txt --weights int8',
  ],
  run,
}

/** Percent of the nats that a smaller format may cost without a warning. */
const tolerated = 0.5

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const model = await languageModelFrom(path!)
  const json = on(options, 'json')
  const reading = readFor(model.vocabulary, files)
  const text = json ? await reading : await saying(terminal, 'reading …', reading)
  const batch = number(options, 'batch')
  const line = new LiveLine(terminal, terminal.err, performance.now())
  const far = (weights: WeightFormat) => (share: number) =>
    line.show(() => fitting(terminal, `evaluating with ${weights} weights  ${Math.floor(100 * share)} %`))
  const stop = new AbortController()
  let why: ExitCode = exitCodes.interrupted
  const release = terminal.onInterrupt((code) => {
    why = code
    stop.abort()
  })
  try {
    const given = { ...(batch !== undefined && { batch }), signal: stop.signal, ...engineOf(options) }
    const { weights = 'float32' } = weightsOf(options)
    const measure = (weights: WeightFormat): Promise<Evaluation> =>
      evaluate(model, text, { ...given, weights, ...(!json && { progress: far(weights) }) })
    const result = await measure(weights)
    const exact = weights === 'float32' ? undefined : await measure('float32')
    line.clear()
    const percent = exact && 100 * (result.loss / exact.loss - 1)
    const warning =
      percent !== undefined && percent > tolerated
        ? `${weights} weights cost ${percent.toFixed(2)} % of the nats, more than ${tolerated} %`
        : undefined
    if (json) {
      terminal.out(
        `${JSON.stringify({
          event: 'done',
          ...result,
          leftOut: text.leftOut,
          weights,
          ...(exact && { float32: exact, percent }),
          warning,
        })}\n`,
      )
      return exitCodes.done
    }
    const unit = model.units === 'words' ? 'word' : 'character'
    terminal.out(`${grouped(result.units)} ${model.units}: ${figures(exact ?? result, unit)}\n`)
    if (percent !== undefined) {
      const change = `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(4)}`
      terminal.out(`${weights} weights: ${figures(result, unit)}\n${change} % of the nats\n`)
    }
    const unknown = unknownInWords(model, result)
    if (unknown !== undefined) terminal.out(`${unknown}\n`)
    const leftOut = leftOutInWords(text)
    if (leftOut !== undefined) terminal.out(`${leftOut}\n`)
    if (warning !== undefined) terminal.err(`warning: ${warning}\n`)
    return exitCodes.done
  } catch (error) {
    if (stop.signal.aborted) return why
    throw error
  } finally {
    line.clear()
    release()
  }
}

/** What share of the text is `<unk>` to a model that has it. */
function unknownInWords({ vocabulary }: LanguageModel, { unknown, units }: Evaluation): string | undefined {
  if (vocabulary.unknown === undefined) return undefined
  const share = ((100 * unknown) / units).toFixed(2)
  return `${grouped(unknown)} of them (${share} %) are unknown to the model and read as <unk>`
}

const figures = ({ loss, bits, perplexity }: Evaluation, unit: string): string =>
  `${loss.toFixed(4)} nats, ${bits.toFixed(4)} bits a ${unit}, perplexity ${perplexity.toFixed(3)}`
