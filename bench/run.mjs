#!/usr/bin/env node
import { writeFileSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { caseReport } from './case-report.mjs'
import { tables } from './cases.mjs'
import { contendersFor } from './contenders.mjs'
import { versions } from './findings.mjs'
import { installPeers } from './install-peers.mjs'
import { busyText, machine, machineText } from './machine.mjs'
import { measure } from './measure.mjs'
import { mustBeShownTable } from './must-be-shown.mjs'
import { tableText } from './table.mjs'
import { writeDocuments } from './write-documents.mjs'

const help = `Measures Unrolled side by side with its peers, in one run on one machine.

  npm run bench                         all of it, which takes an hour or two
  npm run bench -- train step           some of the tables: train, forward, step, growth
  npm run bench -- install              how long installing the packed package takes

  --peers a,b    which peers, by the beginning of their names: unrolled-wasm, pytorch, tfjs; all if not given
  --cases a,b    which cases, by the beginning of their names: lstm-2x128, hidden, length-64
  --rounds 5     rounds to take the median of; fewer for peers whose single turn takes seconds, and the table says so
  --seconds 1    about how long a round of one peer lasts
  --json FILE    writes what was found there, after each case
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
  const findings = { machine: await machine(), options: { rounds, seconds }, cases, rows: [] }
  print(machineText(findings.machine))
  if (busyText(findings.machine)) print(busyText(findings.machine))
  for (const c of cases) {
    // The peak is no peer: shares need it whoever runs.
    const contenders = contendersFor(c).filter(({ peer }) => peer === 'peak' || begins(values.peers)(peer))
    findings.rows.push(...(await measure(c, contenders, findings.options, findings.rows)))
    findings.loadAfter = Math.round(loadavg()[0] * 100) / 100
    show(findings, c)
    if (values.json) writeFileSync(values.json, JSON.stringify(findings))
  }
  return findings
}

function show(/** @type {import('./findings.mjs').Findings} */ findings, /** @type {import('./cases.mjs').Case} */ c) {
  const { title, ratios, agreement, table } = caseReport(findings, c)
  print(['', title, ...ratios.map((text) => `  ${text}`), `  ${agreement}`, '', tableText(table)].join('\n'))
}

// Temporary files go when this process exits, which signals alone do not let it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const chosen = positionals.length === 0 || positionals.includes('all') ? Object.keys(tables) : positionals
const unknown = chosen.find((name) => !(name in tables) && name !== 'install')
if (values.help) {
  print(help)
} else if (unknown !== undefined) {
  fail(`there is no table ${unknown}; known are ${Object.keys(tables).join(', ')}, install and all`)
} else if (chosen.includes('install')) {
  const { installTimes } = await import('./install-times.mjs')
  print(await installTimes({ rounds: Number(values.rounds) }))
} else {
  const findings = values.from ? JSON.parse(readFileSync(values.from, 'utf8')) : await run(chosen)
  if (values.from) for (const c of findings.cases) show(findings, c)
  print(`\nversions: ${versions(findings)}`)
  print(`\n${tableText(mustBeShownTable(findings))}`)
  if (values.write) await writeDocuments(findings)
}
