// Compiles the native backend with the system's C compiler: one binary with the kernels of every target this processor family has.
// `--if-possible` (at install): says in a line what happened, and never fails. `--json`: says it as JSON. `--force`: builds in any case.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const build = join(here, 'build')
const library = join(build, `${process.platform}-${process.arch}.node`)
const record = join(build, `${process.platform}-${process.arch}.txt`)

const targets = {
  x64: {
    avx512: ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mavx2', '-mfma', '-mf16c'],
    avx2: ['-mavx2', '-mfma', '-mf16c'],
    plain: [],
  },
  arm64: { neon: [], plain: [] },
}[process.arch] ?? { plain: [] }

// No fast-math: every multiply-add is written out, and nothing is reordered.
const common = [
  '-std=gnu11',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-trapping-math',
]
// A Mac's compiler makes what the machine is, which is not always what this Node is.
if (process.platform === 'darwin') common.push('-arch', process.arch === 'x64' ? 'x86_64' : process.arch)
const link =
  process.platform === 'darwin'
    ? [...common.slice(-2), '-bundle', '-undefined', 'dynamic_lookup']
    : ['-shared', '-pthread']

function fingerprint(compiler) {
  const hash = createHash('sha256').update(JSON.stringify([targets, common, link, compiler]))
  for (const file of readdirSync(here).sort())
    if (/\.[ch]$/.test(file)) hash.update(file).update(readFileSync(join(here, file)))
  return hash.digest('hex')
}

/** The compiler's command, which may have arguments, and what it says of itself. */
function findCompiler() {
  const wanted = process.env.CC?.trim()
  for (const command of wanted ? [wanted] : ['cc', 'gcc', 'clang']) {
    const [name, ...flags] = command.split(/\s+/)
    try {
      const said = execFileSync(name, [...flags, '--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
      return { name, flags, version: said.toString().split('\n')[0] }
    } catch {
      continue
    }
  }
  const missing = wanted
    ? `the C compiler that CC names, ${wanted}, does not run`
    : 'there is no C compiler (cc, gcc or clang)'
  throw Object.assign(new Error(`${missing}; with one installed, \`npx unrolled native build\` builds it`), {
    code: 'no-compiler',
  })
}

/** A package of ours that holds the library for this platform, if one is installed. */
function prebuilt() {
  const require = createRequire(import.meta.url)
  const name = `@unrolled/native-${process.platform}-${process.arch}`
  return [name, `${name}-musl`].find((candidate) => {
    try {
      return require.resolve(candidate)
    } catch {
      return false
    }
  })
}

/** Builds the library unless it is there already; gives what was done. */
export async function buildNative({ force = false } = {}) {
  if (process.platform === 'win32')
    throw Object.assign(new Error('it has not been brought to Windows yet'), { code: 'platform' })
  const { name: compiler, flags: always, version } = findCompiler()
  const mark = fingerprint([compiler, always, version])
  if (!force && existsSync(library) && existsSync(record) && readFileSync(record, 'utf8') === mark)
    return { library, built: false, seconds: 0, compiler: version }
  const began = performance.now()
  const headers = join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include')
  // A folder of its own, so that two builds at once do not meet.
  const work = join(build, `work-${process.pid}`)
  mkdirSync(work, { recursive: true })
  const compile = async (source, object, flags) => {
    try {
      await promisify(execFile)(compiler, [
        ...always,
        ...common,
        ...flags,
        '-c',
        join(here, source),
        '-o',
        join(work, object),
      ])
    } catch (error) {
      throw new Error(`${compiler} could not compile ${source}:\n${error.stderr ?? error.message}`, { cause: error })
    }
    return join(work, object)
  }
  try {
    const objects = await Promise.all([
      ...Object.entries(targets).map(([target, flags]) =>
        compile('kernels.c', `${target}.o`, [`-DTARGET_${target}`, `-DTARGET=${target}`, ...flags]),
      ),
      ...['program', 'resolve', 'run'].map((name) => compile(`${name}.c`, `${name}.o`, [])),
      ...['crew', 'pace'].map((name) => compile(`${name}.c`, `${name}.o`, ['-pthread'])),
      ...['binding', 'machine', 'executable'].map((name) => compile(`${name}.c`, `${name}.o`, [`-I${headers}`])),
    ])
    await promisify(execFile)(compiler, [...always, ...link, ...objects, '-o', join(work, 'library')])
    renameSync(join(work, 'library'), library)
    writeFileSync(record, mark)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return { library, built: true, seconds: (performance.now() - began) / 1000, compiler: version }
}

// The script may be named through a link.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const given = (name) => process.argv.includes(`--${name}`)
  const ifPossible = given('if-possible')
  const ready = ifPossible && prebuilt()
  if (ready) console.log(`unrolled: native backend from ${ready}`)
  else
    try {
      const done = await buildNative({ force: given('force') })
      if (given('json')) console.log(JSON.stringify(done))
      else if (done.built)
        console.log(`unrolled: native backend built in ${done.seconds.toFixed(1)} s with ${done.compiler}`)
      else console.log('unrolled: native backend is up to date')
    } catch (error) {
      if (given('json')) console.log(JSON.stringify({ error: error.code ?? 'build', message: error.message }))
      else if (ifPossible)
        console.log(`unrolled: the native backend was not built, WebAssembly serves: ${error.message.split('\n')[0]}`)
      else console.error(`unrolled: the native backend was not built: ${error.message}`)
      process.exitCode = ifPossible ? 0 : 1
    }
}
