/** Packed matrices, products with them, and the gradient of a matrix. */

import { one, type Description } from './description.ts'
import { fixed, type Place, type Span } from './place.ts'

/** One block of a packed matrix: element (k, n) of the block comes from source[row n, column k], or [row k, column n] if `transposed`. */
export interface PackBlock {
  readonly source: Place
  readonly atK: number
  readonly atN: number
  readonly k: number
  readonly n: number
  readonly transposed: boolean
}

/** Lays a k × n right-hand matrix out as the backend's product kernel likes it; what no block covers is zero. */
export interface PackInstruction {
  readonly kind: 'pack'
  readonly pack: number
  readonly k: number
  readonly n: number
  readonly blocks: readonly PackBlock[]
}

const pack: Description<PackInstruction> = {
  uses: ({ blocks }, of) =>
    blocks.map(({ source, k, n, transposed }) =>
      transposed ? of.read(source, n, { rows: fixed(k) }) : of.read(source, k, { rows: fixed(n) }),
    ),
  sizes: ({ pack, k, n }) => ({ pack, k, n }),
  codes: ({ blocks }) => [
    blocks.length,
    ...blocks.flatMap(({ atK, atN, k, n, transposed }) => [atK, atN, k, n, transposed ? 1 : 0]),
  ],
  rowWise: false,
  effort: ({ k, n }) => 8 * k * n,
  cost: ({ k, n }) => ({ operations: 0, bytes: 8 * k * n }),
  text: ({ pack, k, n, blocks }, { at }) => {
    const from = blocks.map(({ source, transposed }) => `${at(source)}${transposed ? 'ᵀ' : ''}`)
    return `pack    matrix ${pack} (${k} × ${n}) from ${from.join(', ')}`
  },
  label: ({ k, n }) => `pack ${k} × ${n}`,
}

/**
 * dest[row, n] = start + Σ_k a[row, k] · pack[k, n], the sum taken in the order of k from `start`, one multiply-add at a
 * time, whatever the number of rows: zero, what is in dest already, or `row` (a vector of n columns, the same for all rows).
 * `n` columns are written, n being a multiple of 16 where dest is padded (pads of the pack are zero).
 */
export interface GemmInstruction extends Span {
  readonly kind: 'gemm'
  readonly a: Place
  readonly k: number
  readonly pack: number
  readonly n: number
  readonly dest: Place
  readonly start: 'zero' | 'dest' | { readonly row: Place }
}

const starts = { zero: 0, dest: 1, row: 2 } as const

const gemm: Description<GemmInstruction> = {
  uses: ({ a, k, dest, n, start }, of) => [
    of.read(a, k),
    start === 'dest' ? of.add(dest, n) : of.write(dest, n),
    ...(typeof start === 'string' ? [] : [of.read(start.row, n, { rows: one })]),
  ],
  sizes: ({ pack, k, n }) => ({ pack, k, n }),
  codes: ({ start }) => [starts[typeof start === 'string' ? start : 'row']],
  rowWise: true,
  overPads: true,
  effort: ({ k, n }) => 2 * k * n,
  cost: ({ k, n }, rows) => ({ operations: 2 * rows * k * n, bytes: 4 * (rows * (k + 2 * n) + k * n) }),
  text: ({ start, dest, a, pack, k, n }, { at, over }) => {
    const begin = start === 'zero' ? '' : start === 'dest' ? `${at(dest)} + ` : `${at(start.row)} + `
    return `product ${over}${at(dest)} = ${begin}${at(a)} · matrix ${pack} (${k} × ${n})`
  },
  label: ({ k, n }, rows) => `product ${rows} × ${k} · ${k} × ${n}`,
}

/**
 * dest[m, n] += Σ over (t, row) of g[t, row, m] · a[t, row, n]: the gradient of a matrix. t is cut into chunks of `chunk`
 * steps from 0; chunks go last to first; each chunk is summed from zero in rising (t, row), then added to dest.
 * `dest.pitch` separates its m rows.
 */
export interface GemmTaInstruction extends Span {
  readonly kind: 'gemm-ta'
  readonly g: Place
  readonly m: number
  readonly a: Place
  readonly n: number
  readonly dest: Place
  readonly chunk: number
}

const gemmTa: Description<GemmTaInstruction> = {
  uses: ({ g, m, a, n, dest }, of) => [of.read(g, m), of.read(a, n), of.add(dest, n, { rows: fixed(m), outer: one })],
  sizes: ({ m, n, chunk }) => ({ m, n, chunk }),
  rowWise: false,
  overPads: true,
  effort: ({ m, n }) => 2 * m * n,
  cost: ({ m, n }, rows) => ({ operations: 2 * rows * m * n, bytes: 4 * (rows * (m + n) + 2 * m * n) }),
  text: ({ dest, g, a, m, n }, { at, over }) => `contract ${over}${at(dest)} += ${at(g)}ᵀ · ${at(a)} (${m} × ${n})`,
  label: ({ m, n }, rows) => `contraction ${m} × ${rows} · ${rows} × ${n}`,
}

export const productInstructions = { pack, gemm, 'gemm-ta': gemmTa } as const
