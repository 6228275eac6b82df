import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Installs the peers where they are missing, as the lock file says, and puts the package beside them. */
export function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
  const missing = Object.keys(dependencies).some(
    (name) => !existsSync(new URL(`./node_modules/${name}/package.json`, import.meta.url)),
  )
  if (missing) install()
  const link = new URL('./node_modules/unrolled', import.meta.url)
  if (existsSync(link)) return
  // A link made here and not a dependency: npm would install the package's own dependencies once more for that.
  rmSync(link, { force: true })
  mkdirSync(new URL('./node_modules/', import.meta.url), { recursive: true })
  symlinkSync(fileURLToPath(new URL('..', import.meta.url)), fileURLToPath(link), 'junction')
}

function install() {
  process.stderr.write('bench: installing the peers, some 730 MB\n')
  const { status } = spawnSync('npm', ['ci'], {
    cwd: new URL('.', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.stderr.write('bench: the peers could not be installed; going on with those there are\n')
}
