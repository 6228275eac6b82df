import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** No peer's round may last longer. */
const longestMs = 20 * 60_000

/**
 * A peer in a process of its own. It is given its case as the last argument and speaks JSON lines: first `ready` (with
 * what is worth knowing about it) or `unable` (with the reason); then, for each `{"run": n}`, a `round`: turns, elapsedMs, and
 * the loss of each training step. It waits idle while others run.
 */
export class Peer {
  /** @type {{ event: string, reason?: string, [name: string]: unknown }[]} */
  #answers = []
  /** @type {(() => void) | undefined} */
  #wake
  #ended = false
  #errors = ''
  #process

  constructor(/** @type {{ command: string, arguments: string[], environment?: Record<string, string> }} */ start) {
    this.#process = spawn(start.command, start.arguments, {
      env: { ...process.env, ...start.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      // Libraries greet on standard output too.
      if (!line.startsWith('{"event"')) return
      this.#answers.push(JSON.parse(line))
      this.#wake?.()
    })
    this.#process.stderr.on('data', (text) => (this.#errors = (this.#errors + text).slice(-4000)))
    this.#process.stdin.on('error', () => {})
    this.#process.on('error', (error) => {
      this.#errors += error.message
      this.#end()
    })
    this.#process.on('close', () => this.#end())
  }

  #end() {
    this.#ended = true
    this.#wake?.()
  }

  /** The next answer; `unable` where the process has ended instead. */
  async answer() {
    const late = setTimeout(() => {
      this.#errors += `\nno answer in ${longestMs / 60_000} minutes`
      this.#process.kill('SIGKILL')
    }, longestMs)
    while (this.#answers.length === 0 && !this.#ended) await new Promise((resolve) => (this.#wake = () => resolve(0)))
    clearTimeout(late)
    return this.#answers.shift() ?? { event: 'unable', reason: lastWords(this.#errors) }
  }

  /** Runs `n` turns. */
  async run(/** @type {number} */ n) {
    this.#process.stdin.write(`${JSON.stringify({ run: n })}\n`)
    return this.answer()
  }

  stop() {
    this.#process.stdin.end()
    this.#process.kill()
  }
}

/** The line of a stack trace or of other output that says what was wrong. */
function lastWords(/** @type {string} */ errors) {
  const lines = errors.split('\n').filter((line) => line.trim() !== '')
  return (lines.find((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? 'ended without a word').trim()
}
