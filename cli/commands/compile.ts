import { basename, isAbsolute, join, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { printable, summary, type Model } from 'unrolled'
import { loadModel, saveModule } from 'unrolled/node'
import { on, string, type Command, type Given } from '../command.ts'
import { modelFile } from '../model-file.ts'
import { grouped } from '../numbers.ts'
import { ending } from '../run-files.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'

export const compileCommand: Command = {
  name: 'compile',
  says: 'make a model a module that a page or a server loads by itself, a few kB beside its weights',
  takes: ['<model>'],
  options: [
    {
      name: 'out',
      value: '<folder>',
      type: 'text',
      says: 'where its three files go (the name of the model, with -module)',
    },
  ],
  examples: ['unrolled compile runs/mails --out public/mails', 'unrolled compile vad.safetensors'],
  run,
}

async function run({ terminal, takes: [name], options }: Given): Promise<ExitCode> {
  const model = await loadModel(modelFile(name!))
  const folder = string(options, 'out') ?? `${basename(name!, ending)}-module`
  const module = await saveModule(model, folder)
  const files = Object.entries(module).map(([file, content]) => sizesOf(file, content as string | Uint8Array))
  if (on(options, 'json')) {
    terminal.out(`${JSON.stringify({ event: 'done', kind: model.kind, folder, files })}\n`)
  } else tell(terminal, model, folder, files, module['index.d.ts'].includes('open()'))
  return exitCodes.done
}

interface Sizes {
  readonly file: string
  readonly bytes: number
  readonly gzipped: number
}

const sizesOf = (file: string, content: string | Uint8Array): Sizes => ({
  file,
  bytes: Buffer.byteLength(content),
  gzipped: gzipSync(content, { level: 9 }).length,
})

/** A path as `import` takes it. */
const specifier = (path: string): string =>
  (isAbsolute(path) || path.startsWith('..') ? path : `./${path}`).replaceAll(sep, '/')

function tell(terminal: Terminal, model: Model, folder: string, files: readonly Sizes[], opens: boolean): void {
  const width = Math.max(...files.map(({ file }) => join(folder, file).length))
  for (const { file, bytes, gzipped } of files) {
    terminal.out(
      `${printable(join(folder, file)).padEnd(width)}  ${grouped(bytes).padStart(11)} bytes, ${grouped(gzipped)} gzipped\n`,
    )
  }
  const total = files.reduce((sum, { file, bytes }) => sum + (file.endsWith('.d.ts') ? 0 : bytes), 0)
  const weights = 4 * summary(model).parameters
  terminal.out(`\na page loads ${grouped(total)} bytes, ${grouped(weights)} of them weights:\n\n`)
  terminal.out(
    printable(
      `  import { load } from ${JSON.stringify(specifier(join(folder, 'index.js')))}\n` +
        '  const model = await load()\n' +
        '  model.predict(sequence)  // what it says of a whole sequence\n' +
        (opens ? '  model.open().push(x)     // or step by step, as it comes\n' : ''),
    ),
  )
}
