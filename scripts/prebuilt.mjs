// Makes the package that holds the native library for this platform, ready to be published beside a release:
// prebuilt/@unrolled/native-<platform>-<arch>[-musl].
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { buildNative } from '../native/build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version, license, author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { platform, arch } = process
// Only glibc says in a report which version of it runs.
const musl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
const name = `@unrolled/native-${platform}-${arch}${musl ? '-musl' : ''}`
const folder = join(process.argv[2] ?? join(root, 'prebuilt'), name)

const { library } = await buildNative()
mkdirSync(folder, { recursive: true })
copyFileSync(library, join(folder, 'unrolled.node'))
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify(
    {
      name,
      version,
      description: `The native backend of unrolled for ${platform} on ${arch}.`,
      license,
      author,
      main: 'unrolled.node',
      files: ['unrolled.node'],
      os: [platform],
      cpu: [arch],
      ...(platform === 'linux' && { libc: [musl ? 'musl' : 'glibc'] }),
    },
    null,
    2,
  )}\n`,
)
console.log(folder)
