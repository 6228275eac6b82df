import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Every PyTorch there is, one of each version: in the Pythons that BENCH_PYTHON lists, with commas between; else in `python3`,
 * `/usr/bin/python3` and the virtual environment `bench/.venv`.
 * @returns {{ command: string, version: string }[]}
 */
export function pythons() {
  const venv = fileURLToPath(new URL('.venv/bin/python', import.meta.url))
  const listed = process.env['BENCH_PYTHON']?.split(',').map((path) => path.trim())
  const candidates = listed ?? ['python3', '/usr/bin/python3', ...(existsSync(venv) ? [venv] : [])]
  const found = new Map()
  for (const command of candidates) {
    const { status, stdout } = spawnSync(command, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    })
    const version = stdout?.trim().split('\n').at(-1)
    if (status === 0 && !found.has(version)) found.set(version, { command, version })
  }
  return [...found.values()]
}
