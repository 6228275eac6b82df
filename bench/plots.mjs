import { fastest, measured, rowsOf } from './findings.mjs'
import { barPlot, linePlot } from './plot.mjs'

/**
 * The plots that a run has the figures for, by file name.
 * @returns {{ file: string, alt: string, section: string, svg: string }[]}
 */
export function plots(/** @type {import('./findings.mjs').Findings} */ findings) {
  return [trainingRatios(findings), ...growth(findings), threads(findings)].filter((plot) => plot !== undefined)
}

const isPyTorch = (row) => row.peer.startsWith('pytorch')
const casesOf = (findings, series) => findings.cases.filter((c) => c.series === series)

function trainingRatios(findings) {
  const cases = casesOf(findings, 'train')
  const labels = ourLabels(findings, 'train')
  const bars = labels.map((label) => ({
    name: `${label}, against the best PyTorch`,
    values: cases.map((c) => {
      const rows = rowsOf(findings, c)
      const [mine, theirs] = [fastest(rows.filter((row) => row.label === label)), fastest(rows.filter(isPyTorch))]
      return mine && theirs && theirs.msPerTurn / mine.msPerTurn
    }),
  }))
  if (!bars.some(({ values }) => values.some((value) => value !== undefined))) return undefined
  const title = 'A training step: how many times faster than PyTorch'
  const groups = cases.map((c) => `${c.cell.toUpperCase()} ${c.layers}×${c.hidden}`)
  return {
    file: 'training.svg',
    alt: title,
    section: 'train',
    svg: barPlot({ title, y: 'times faster', groups, bars, mark: 1 }),
  }
}

const ourLabels = (findings, series) => [
  ...new Set(
    findings.rows.filter((row) => row.ours && row.series === series && measured(row)).map(({ label }) => label),
  ),
]

function growth(findings) {
  const axes = [
    {
      series: 'hidden',
      of: 'hidden',
      under: 'hidden units (2 layers, batch 32, 32 steps)',
      title: 'Training, growth with hidden size',
    },
    {
      series: 'length',
      of: 'time',
      under: 'steps in a window (2×128, batch 32)',
      title: 'Training, growth with length',
    },
  ]
  return axes.map(({ series, of, under, title }) => {
    const cases = casesOf(findings, series)
    const peers = [...ourLabels(findings, series), ...pytorchs(findings, series)]
    const lines = peers.map((name) => ({
      name: name.startsWith('pytorch') ? `${name}, best threads` : name,
      points: cases.flatMap((c) => {
        const row = fastest(rowsOf(findings, c).filter((row) => row.label === name || row.peer === name))
        return row ? [[c[of], row.gigaflops]] : []
      }),
    }))
    if (cases.length < 2 || lines.length === 0) return undefined
    return {
      file: `${series}.svg`,
      alt: title,
      section: 'growth',
      svg: linePlot({ title, x: under, y: 'GFLOP/s', lines }),
    }
  })
}

const pytorchs = (findings, series) => [
  ...new Set(
    findings.rows.filter((row) => isPyTorch(row) && row.series === series && measured(row)).map(({ peer }) => peer),
  ),
]

function threads(findings) {
  const lines = casesOf(findings, 'threads').flatMap((c) => {
    const rows = rowsOf(findings, c).filter((row) => measured(row) || row.peer === 'peak')
    return [...new Set(rows.map(({ peer }) => peer))].map((peer) => {
      const some = rows.filter((row) => row.peer === peer && row.gigaflops !== undefined)
      const one = some.find((row) => row.threads === 1)
      const points = one ? some.map((row) => [row.threads, row.gigaflops / one.gigaflops]) : []
      return { name: `${peer}, 2×${c.hidden}`, points }
    })
  })
  const shown = lines.filter(({ points }) => points.length > 1)
  if (shown.length === 0) return undefined
  const title = 'Training, growth with threads'
  return {
    file: 'threads.svg',
    alt: title,
    section: 'growth',
    svg: linePlot({ title, x: 'threads', y: 'times its own one thread', lines: shown }),
  }
}
