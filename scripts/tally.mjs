// Sums the JSON reports of vitest in a folder and the steps that failed; prints what failed, then "N passed, N failed".
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...failedSteps] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  passed += report.numPassedTests
  // A test file that does not load has no tests to fail.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  failed += report.numFailedTests + unloaded.length
  for (const { name, message } of unloaded) console.log(`failed: ${name}\n${message}`)
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') console.log(`failed: ${name}: ${fullName}\n${failureMessages.join('\n')}`)
    }
  }
}
for (const step of failedSteps) console.log(`failed: ${step}`)
if (failed === 0) failed = failedSteps.length
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
