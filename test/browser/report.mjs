import { writeFileSync } from 'node:fs'

/** Collects what the pages tell, prints a line for each file and every failure, and writes what scripts/tally.mjs reads. */
export class Report {
  /** @type {Map<string, { name: string, status: string, assertionResults: { fullName: string, status: string, duration: number, failureMessages: string[] }[] }>} */
  #files = new Map()
  #began = performance.now()

  #file(/** @type {string} */ page, /** @type {string} */ file) {
    const name = `${page}: ${file.replace(/^\//, '')}`
    const known = this.#files.get(name) ?? { name, status: 'passed', assertionResults: [] }
    this.#files.set(name, known)
    return known
  }

  add(/** @type {string} */ page, /** @type {import('./page/start.ts').Outcome} */ outcome) {
    const file = this.#file(page, outcome.file)
    const { name: fullName, state: status, milliseconds: duration, errors } = outcome
    file.assertionResults.push({ fullName, status, duration, failureMessages: [...errors] })
    if (status === 'failed') {
      file.status = 'failed'
      console.log(`✗ ${file.name} > ${fullName}\n${errors.join('\n').replace(/^/gm, '    ')}`)
    }
  }

  /** A file whose tests could not even be found. */
  unloaded(/** @type {string} */ page, /** @type {string} */ name, /** @type {string} */ error) {
    const file = this.#file(page, name)
    file.status = 'failed'
    // Told of as a test: tests of the same file may have passed before.
    file.assertionResults.push({ fullName: 'runs', status: 'failed', duration: 0, failureMessages: [error] })
    console.log(`✗ ${file.name}\n${error.replace(/^/gm, '    ')}`)
  }

  finish(/** @type {string | undefined} */ path) {
    const testResults = [...this.#files.values()]
    for (const { name, status, assertionResults } of testResults) {
      const seconds = assertionResults.reduce((sum, { duration }) => sum + duration, 0) / 1000
      console.log(
        `${status === 'failed' ? '✗' : '✓'} ${name} (${assertionResults.length} tests, ${seconds.toFixed(1)} s)`,
      )
    }
    const count = (/** @type {string} */ status) =>
      testResults.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length
    const [numPassedTests, numFailedTests] = [count('passed'), count('failed')]
    const seconds = Math.round((performance.now() - this.#began) / 1000)
    console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${count('skipped')} skipped in ${seconds} s`)
    if (path) writeFileSync(path, JSON.stringify({ numPassedTests, numFailedTests, testResults }))
    if (numFailedTests > 0 || numPassedTests === 0) process.exitCode = 1
  }
}
