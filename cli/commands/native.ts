import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UnrolledError } from 'unrolled'
import { nativeStatus } from 'unrolled/node'
import { on, type Command, type Given } from '../command.ts'
import { exitCodes, type ExitCode, type Terminal } from '../terminal.ts'

export const nativeCommand: Command = {
  name: 'native',
  says: 'tell whether the native backend is there; `native build` builds it with the C compiler of the system',
  takes: ['[build]'],
  options: [{ name: 'force', type: 'switch', says: 'build it although it is up to date' }],
  examples: ['unrolled native', 'unrolled native build', 'CC=clang unrolled native build --force'],
  run,
}

/** How to come by a C compiler. */
const compilers = 'Debian and Ubuntu: `apt-get install gcc libc6-dev`; macOS: `xcode-select --install`'

async function run({ terminal, takes: [what], options }: Given): Promise<ExitCode> {
  const json = on(options, 'json')
  if (what === undefined) {
    if (!on(options, 'force')) return tell(terminal, json)
    throw new UnrolledError('usage', '--force goes with `unrolled native build`')
  }
  if (what === 'build') return build(terminal, json, on(options, 'force'))
  throw new UnrolledError(
    'usage',
    `unrolled native ${what}: there is \`unrolled native\` and \`unrolled native build\``,
  )
}

async function tell(terminal: Terminal, json: boolean): Promise<ExitCode> {
  const status = await nativeStatus()
  if (json) terminal.out(`${JSON.stringify({ event: 'done', ...status })}\n`)
  else if (status.available) terminal.out(`the native backend is there: ${described(status)}\n`)
  else {
    terminal.out(
      `the native backend is not there: ${status.why}; WebAssembly serves, which is slower.\n` +
        `\`npx unrolled native build\` builds it with the C compiler of the system (${compilers})\n`,
    )
  }
  return exitCodes.done
}

async function build(terminal: Terminal, json: boolean, force: boolean): Promise<ExitCode> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('unrolled/package.json')), 'native')
  if (!json) terminal.out('building the native backend ...\n')
  const { built, seconds, compiler } = await runBuild(join(folder, 'build.mjs'), force)
  const status = await nativeStatus()
  if (!status.available) throw new UnrolledError('native-build', `it was built, but cannot be used: ${status.why}`)
  if (json) terminal.out(`${JSON.stringify({ event: 'done', built, seconds, compiler, ...status })}\n`)
  else {
    const how = built ? `built in ${seconds.toFixed(1)} s with ${compiler}` : 'up to date'
    terminal.out(`${how}: ${described(status)}\n`)
  }
  return exitCodes.done
}

type Available = Extract<Awaited<ReturnType<typeof nativeStatus>>, { available: true }>

const described = ({ kernels, threads, library: file }: Available): string =>
  `kernels ${kernels.join(', ')}; ${threads} thread${threads === 1 ? '' : 's'}; ${file}`

interface Built {
  readonly built: boolean
  readonly seconds: number
  readonly compiler: string
}

/** Runs the package's own build. */
async function runBuild(file: string, force: boolean): Promise<Built> {
  const output = await new Promise<string>((resolve) =>
    execFile(process.execPath, [file, '--json', ...(force ? ['--force'] : [])], (error, stdout, stderr) =>
      resolve(stdout.trim() || JSON.stringify({ error: 'build', message: stderr.trim() || error?.message })),
    ),
  )
  const result = JSON.parse(output) as Built | { readonly error: string; readonly message: string }
  if (!('error' in result)) return result
  switch (result.error) {
    case 'no-compiler':
      throw new UnrolledError('no-compiler', `there is no C compiler (cc, gcc or clang); install one. ${compilers}`)
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      throw new UnrolledError('native-build', `the package's folder cannot be written to: ${result.message}`)
    default:
      throw new UnrolledError('native-build', `the native backend was not built: ${result.message}`)
  }
}
