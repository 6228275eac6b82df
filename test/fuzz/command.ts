import { parseArgs } from 'node:util'
import { campaign, findingText, type Kind, type Tally } from './campaign.ts'
import { cells } from './cells.ts'
import { graphs } from './graphs.ts'
import { machines } from './machines.ts'

const usage = `npm run fuzz -- [--cells] [--graphs] [--minutes 10] [--count N] [--seed N | --from N]

Tries random cells and bare graphs on every backend and kernel path of this machine, and prints what is wrong, made small.
Of both kinds where none is named; --count is for each kind.
Programs are numbered: --seed 21 begins at number 21000000, and --from 21000330 --count 1 tries again the one that is printed so.`

const { values } = parseArgs({
  options: {
    cells: { type: 'boolean' },
    graphs: { type: 'boolean' },
    minutes: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(usage)
  process.exit()
}

const number = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  console.error(`--${name} is a number from 0, not ${text}\n\n${usage}`)
  process.exit(2)
}

const all = await machines()
const both = !values.cells && !values.graphs
const kinds = [
  ...(both || values.cells ? [cells(all)] : []),
  ...(both || values.graphs ? [graphs(all)] : []),
] as Kind<unknown>[]
const count = number('count', values.count) ?? Infinity
const minutes = number('minutes', values.minutes) ?? (count === Infinity ? 10 : Infinity)
const from = number('from', values.from) ?? 1_000_000 * number('seed', values.seed)!
console.log(`on reference, ${all.fast.map(({ name }) => name).join(', ')}`)
for (const why of all.missing) console.log(`without ${why}`)

const line = (name: string, tally: Tally, seconds: number): string =>
  `${name} from ${from}: ${tally.tried} tried, ${tally.faults} faults, ${tally.refused} refused, ` +
  `${tally.wild} ran away, ${tally.kinks} slopes at kinks, ${seconds.toFixed(0)} s`

let faults = 0
for (const kind of kinds) {
  const begun = performance.now()
  const seconds = (): number => (performance.now() - begun) / 1000
  let told = 0
  const tally = await campaign(
    kind,
    from,
    (tally) => {
      if (seconds() > told + 10) {
        told = seconds()
        console.log(line(kind.name, tally, told))
      }
      return tally.tried >= count || seconds() > (60 * minutes) / kinds.length
    },
    (finding) => console.log(`\n${findingText(finding)}`),
  )
  faults += tally.faults
  console.log(line(kind.name, tally, seconds()))
}
process.exit(faults > 0 ? 1 : 0)
