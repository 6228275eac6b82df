#!/usr/bin/env node
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { caseReport } from './case-report.mjs'
import { tables } from './cases.mjs'
import { readFindings, resumed, writeFindings } from './findings-file.mjs'
import { versions } from './findings.mjs'
import { installPeers } from './install-peers.mjs'
import { busyText, machine, machineText } from './machine.mjs'
import { measureCase } from './measure-case.mjs'
import { mustBeShownTable } from './must-be-shown.mjs'
import { tableText } from './table.mjs'
import { writeDocuments } from './write-documents.mjs'

const help = `Measures Unrolled side by side with its peers, in one run on one machine.

  npm run bench                         all of it, which takes about an hour
  npm run bench -- train step           some of the tables: train, forward, step, growth, products, browser, install

  --peers a,b    which peers, by the beginning of their names: unrolled-wasm, pytorch, tfjs; all if not given
  --cases a,b    which cases, by the beginning of their names: lstm-2x128, hidden, length-64
  --rounds 5     rounds to take the median of; fewer for peers whose single turn takes seconds, and the table says so
  --seconds 1    about how long a round of one peer lasts
  --json FILE    writes what was found there, after each case
  --resume       goes on with what is in the file of --json: cases that are there are not measured again
  --from FILE    measures nothing, and reads what was found from there
  --write        writes docs/benchmarks.md and its plots
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string' },
    cases: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    json: { type: 'string' },
    resume: { type: 'boolean', default: false },
    from: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const print = (/** @type {string} */ text) => process.stdout.write(`${text}\n`)

function fail(/** @type {string} */ text) {
  process.stderr.write(`bench: ${text}\n`)
  process.exit(2)
}

const begins = (/** @type {string | undefined} */ list) => {
  const starts = list?.split(',')
  return (/** @type {string} */ name) => starts === undefined || starts.some((start) => name.startsWith(start))
}

async function run(/** @type {string[]} */ names) {
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
  if (!(Number.isInteger(rounds) && rounds > 0)) fail(`--rounds is a whole number from 1, not ${values.rounds}`)
  if (!(seconds > 0)) fail(`--seconds is a number above 0, not ${values.seconds}`)
  const cases = names.flatMap((name) => tables[name]).filter(({ name }) => begins(values.cases)(name))
  if (cases.length === 0) fail(`there is no case ${values.cases} in ${names.join(', ')}`)
  installPeers()
  /** @type {import('./findings.mjs').Findings} */
  const fresh = { machine: await machine(), options: { rounds, seconds }, cases: [], rows: [] }
  print(machineText(fresh.machine))
  if (busyText(fresh.machine)) print(busyText(fresh.machine))
  const findings = values.resume ? goneOnWith(fresh) : fresh
  for (const c of cases) {
    if (findings.cases.some(({ series, name }) => series === c.series && name === c.name)) continue
    const begun = performance.now()
    findings.rows.push(...(await measureCase(c, findings, begins(values.peers))))
    findings.cases.push({ ...c, seconds: Math.round((performance.now() - begun) / 1000) })
    findings.loadAfter = Math.round(loadavg()[0] * 100) / 100
    show(findings, c)
    if (values.json) writeFindings(values.json, findings)
  }
  return findings
}

function goneOnWith(/** @type {import('./findings.mjs').Findings} */ fresh) {
  if (!values.json) fail('--resume needs --json FILE')
  try {
    return resumed(values.json, fresh)
  } catch (error) {
    return fail(error.message)
  }
}

function show(/** @type {import('./findings.mjs').Findings} */ findings, /** @type {import('./cases.mjs').Case} */ c) {
  const { title, ratios, agreement, table } = caseReport(findings, c)
  const above = [...ratios, ...(agreement ? [agreement] : [])].map((text) => `  ${text}`)
  print(['', title, ...above, '', tableText(table)].join('\n'))
}

// Temporary files go when this process exits, which signals alone do not let it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const chosen = positionals.length === 0 || positionals.includes('all') ? Object.keys(tables) : positionals
const unknown = chosen.find((name) => !(name in tables))
if (values.help) {
  print(help)
} else if (unknown !== undefined) {
  fail(`there is no table ${unknown}; known are ${Object.keys(tables).join(', ')} and all`)
} else {
  const findings = values.from ? readFindings(values.from) : await run(chosen)
  if (values.from) for (const c of findings.cases) show(findings, c)
  print(`\nversions: ${versions(findings)}`)
  print(`took: ${findings.cases.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')}`)
  print(`\n${tableText(mustBeShownTable(findings))}`)
  if (values.write) await writeDocuments(findings)
}
