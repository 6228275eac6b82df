import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Installs the peers where they are missing, as the lock file says. */
export function installPeers() {
  if (existsSync(new URL('./node_modules/.package-lock.json', import.meta.url))) return
  process.stderr.write('bench: installing the peers, some 440 MB\n')
  const { status } = spawnSync('npm', ['ci'], {
    cwd: new URL('.', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.stderr.write('bench: the peers could not be installed; going on with those there are\n')
}
