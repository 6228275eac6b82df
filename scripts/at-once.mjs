// node scripts/at-once.mjs check build: runs npm scripts at the same time. What each prints is shown when it has ended; fails where one does.
import { spawn } from 'node:child_process'

/** A script's exit code; none where a signal ended it. */
const ended = (/** @type {string} */ name) =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], { shell: process.platform === 'win32' })
    /** @type {Buffer[]} */
    const printed = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => printed.push(piece))
    child.on('close', (code) => {
      console.log(`── ${name}${code === 0 ? '' : ' failed'}`)
      process.stdout.write(Buffer.concat(printed))
      resolve(code)
    })
    child.on('error', (error) => printed.push(Buffer.from(`${error.message}\n`)))
  })

const codes = await Promise.all(process.argv.slice(2).map(ended))
if (codes.some((code) => code !== 0)) process.exitCode = 1
