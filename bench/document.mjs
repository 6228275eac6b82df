import { caseReport } from './case-report.mjs'
import { caseTitle } from './cases.mjs'
import { fastest, rowsOf, shareOfPeak, versions } from './findings.mjs'
import { busyText, machineText } from './machine.mjs'
import { mustBeShownTable } from './must-be-shown.mjs'
import { productSummary } from './product-report.mjs'
import { shareSummary } from './share-summary.mjs'
import { duration, percent, significant, tableMarkdown } from './table.mjs'

const sections = [
  { series: ['train'], name: 'train', title: 'A training step' },
  { series: ['forward'], name: 'forward', title: 'Forward over whole sequences' },
  { series: ['step'], name: 'step', title: 'One step at batch 1' },
  { series: ['hidden', 'length', 'threads'], name: 'growth', title: 'Growth with hidden size, length and threads' },
  { series: ['train', 'forward'], name: 'share', title: 'Share of the peak', table: shareSummary, again: true },
  { series: ['products'], name: 'products', title: 'Products by shape, one core', table: productSummary },
  { series: ['browser'], name: 'browser', title: 'A training step in Chromium' },
  { series: ['install'], name: 'install', title: 'Installing', table: installTable },
]

/** What a run found, in Markdown: machine, what must be shown, a summary of each table with its plots, and every figure. */
export function documentOf(
  /** @type {import('./findings.mjs').Findings} */ findings,
  /** @type {ReturnType<typeof import('./plots.mjs').plots>} */ plots,
) {
  const { machine, options, loadAfter } = findings
  const there = sections
    .map((section) => ({ ...section, cases: findings.cases.filter(({ series }) => section.series.includes(series)) }))
    .filter(({ cases }) => cases.length > 0)
  const shorter = findings.cases.some(({ pace = 1 }) => pace < 1) ? ', by hidden size and by length of half that' : ''
  return [
    `${machineText(machine)}.`,
    ...(findings.resumed ? [`Interrupted, and gone on with: ${findings.resumed.join(', ')}.`] : []),
    `Versions: ${versions(findings)}.`,
    `Medians of ${options.rounds} interleaved rounds of about ${options.seconds} s${shorter}, unless a row says fewer. Load ${machine.load} before, ${loadAfter} after. ${busyText(machine)}`.trim(),
    ...(options.rounds < 5 ? ['**Fewer than 5 rounds: these figures are provisional.**'] : []),
    '## What must be shown',
    tableMarkdown(mustBeShownTable(findings)),
    ...there.flatMap(({ title, name, cases, table = summary }) => [
      `## ${title}`,
      tableMarkdown(table(findings, cases)),
      ...plots.filter(({ section }) => section === name).map(({ alt, file }) => `![${alt}](benchmarks/${file})`),
    ]),
    '## Every figure',
    ...there.filter(({ again }) => !again).flatMap(({ cases }) => cases.flatMap((c) => everyFigure(findings, c))),
  ].join('\n\n')
}

/** A line for each case: our fastest, and how many times faster it is than each peer at its best. */
function summary(findings, cases) {
  const rows = cases.map((c) => rowsOf(findings, c))
  const peers = [
    ...new Set(
      rows
        .flat()
        .filter((row) => !row.ours && row.peer !== 'peak')
        .map(({ peer }) => peer),
    ),
  ]
  return {
    head: ['case', ...peers.map((peer) => `${peer} ÷ ours`), 'ours', 'which', 'characters/s', 'share of peak'],
    lines: cases.map((c, i) => {
      const mine = fastest(rows[i].filter((row) => row.ours && !row.precision))
      const share = mine && shareOfPeak(findings, mine)
      return [
        caseTitle(c),
        ...peers.map((peer) => {
          const other = fastest(rows[i].filter((row) => row.peer === peer))
          return mine && other ? `${significant(other.msPerTurn / mine.msPerTurn)} ×` : '–'
        }),
        mine ? duration(mine.msPerTurn) : '–',
        mine?.label ?? '–',
        mine ? Math.round(mine.charactersPerSecond).toLocaleString('en') : '–',
        share === undefined ? '–' : percent(share),
      ]
    }),
  }
}

function installTable(findings, cases) {
  return caseReport(findings, cases[0]).table
}

function everyFigure(findings, c) {
  const { title, ratios, agreement, table } = caseReport(findings, c)
  const skipped = rowsOf(findings, c).filter(({ reason }) => reason !== undefined)
  return [
    `<details><summary>${title}</summary>`,
    ...(ratios.length > 0 ? [ratios.map((text) => `- ${text}`).join('\n')] : []),
    ...(agreement ? [`${agreement}.`] : []),
    tableMarkdown({
      head: table.head,
      lines: table.lines.filter((line) => !skipped.some(({ label }) => label === line[0])),
    }),
    ...(skipped.length > 0 ? [skipped.map(({ label, reason }) => `- not shown: ${label}: ${reason}`).join('\n')] : []),
    '</details>',
  ]
}
