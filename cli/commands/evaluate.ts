import { evaluate, type Fit, type WeightFormat } from 'unrolled'
import { loadModel } from 'unrolled/node'
import { engineOf, engineOptions, number, on, weightsOf, weightsOption, type Command, type Given } from '../command.ts'
import { interruptible } from '../interruptible.ts'
import { fitting, saying } from '../live-line.ts'
import { materialOf } from '../materials.ts'
import { modelFile } from '../model-file.ts'
import { readOption } from '../read-option.ts'
import { missingOption } from '../tables/whole-rows.ts'
import { exitCodes, type ExitCode } from '../terminal.ts'

export const evaluateCommand: Command = {
  name: 'evaluate',
  says: 'measure how well a model predicts texts, or tells what the rows of a table are; of a forecaster, how its intervals hold',
  takes: ['<model>', '<files...>'],
  options: [
    {
      name: 'batch',
      value: '<n>',
      type: 'number',
      says: 'streams a text is cut into; 1 sees every symbol with its whole past',
    },
    missingOption,
    readOption,
    { ...weightsOption, says: `${weightsOption.says}, and print what that costs` },
    ...engineOptions,
  ],
  examples: [
    'unrolled evaluate book.safetensors other-book.txt',
    "unrolled evaluate book.safetensors 'letters/*.txt' --json",
    'unrolled evaluate book.safetensors other-book.txt --weights int8',
    'unrolled evaluate runs/mails/model.safetensors more-mails.csv',
    'unrolled evaluate sales.safetensors sales.csv',
  ],
  run,
}

/** Percent of the nats that a smaller format may cost without a warning. */
const tolerated = 0.5

async function run({ terminal, takes: [path, ...files], options }: Given): Promise<ExitCode> {
  const model = await loadModel(modelFile(path!))
  const json = on(options, 'json')
  const reading = materialOf(model, path!).read(model, files, options)
  const measured = json ? await reading : await saying(terminal, 'reading …', reading)
  const batch = number(options, 'batch')
  return interruptible(terminal, async (signal, line) => {
    const far = (weights: WeightFormat) => (share: number) =>
      line.show(() => fitting(terminal, `evaluating with ${weights} weights  ${Math.floor(100 * share)} %`))
    const given = { ...(batch !== undefined && { batch }), signal, ...engineOf(options) }
    const { weights = 'float32' } = weightsOf(options)
    const measure = (weights: WeightFormat): Promise<Fit> =>
      evaluate(model, measured.data, { ...given, weights, ...(!json && { progress: far(weights) }) })
    const result = await measure(weights)
    const exact = weights === 'float32' ? undefined : await measure('float32')
    line.clear()
    const percent = exact && 100 * (result.loss / exact.loss - 1)
    const warning =
      percent !== undefined && percent > tolerated
        ? `${weights} weights cost ${percent.toFixed(2)} % of the ${measured.lossUnit}, more than ${tolerated} %`
        : undefined
    if (json) {
      terminal.out(
        `${JSON.stringify({
          event: 'done',
          ...measured.event(result),
          ...measured.facts,
          weights,
          ...(exact && { float32: measured.event(exact), percent }),
          warning,
        })}\n`,
      )
      return exitCodes.done
    }
    terminal.out(`${measured.count(result)}: ${measured.figures(exact ?? result)}\n`)
    if (percent !== undefined) {
      const change = `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(4)}`
      terminal.out(`${weights} weights: ${measured.figures(result)}\n${change} % of the ${measured.lossUnit}\n`)
    }
    for (const line of measured.details(result, terminal)) terminal.out(`${line}\n`)
    if (warning !== undefined) terminal.err(`warning: ${warning}\n`)
    return exitCodes.done
  })
}
