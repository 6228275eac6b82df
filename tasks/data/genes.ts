import { splitTable, table, type Table } from 'unrolled'
import { chance } from './chance.ts'

const bases = ['A', 'C', 'G', 'T'] as const
const stops = new Set(['TAA', 'TAG', 'TGA'])
const codons = bases
  .flatMap((a) => bases.flatMap((b) => bases.map((c) => `${a}${b}${c}`)))
  .filter((codon) => !stops.has(codon))

/** How often each codon is used, once drawn for all genes: some several times as often as others, as in any organism. */
const usage = codons.map((_, i) => Math.exp(2 * chance(1, i) - 1))
const all = usage.reduce((a, b) => a + b)

/** A codon of a number from 0 to 1. */
function codonAt(share: number): string {
  let left = share * all
  return codons.find((_, i) => (left -= usage[i]!) < 0) ?? codons.at(-1)!
}

/** A piece of a gene of 20 to 60 codons, which begins anywhere within a codon. */
function piece(seed: number): string {
  const count = 20 + Math.floor(41 * chance(2, seed, 0))
  const sequence = Array.from({ length: count }, (_, i) => codonAt(chance(3, seed, i))).join('')
  return sequence.slice(Math.floor(3 * chance(2, seed, 1)))
}

/** The same letters in another order. */
const mixed = (sequence: string, seed: number): string =>
  [...sequence]
    .map((base, i) => ({ base, at: chance(4, seed, i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ base }) => base)
    .join('')

/** `count` pieces of genes, each as it is (`coding`) or with its letters mixed (`shuffled`). Training, and a fifth as test. */
export async function genes(count: number): Promise<readonly [training: Table, test: Table]> {
  const records = Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? { sequence: piece(i), kind: 'coding' } : { sequence: mixed(piece(i), i), kind: 'shuffled' },
  )
  return splitTable(await table(records, { name: 'genes' }), { share: 0.2, by: { class: 'kind' }, seed: 1 })
}
