import { operations, pairs } from '../../src/backends/native/operations.ts'
import { kinds } from '../../src/backends/program/instructions.ts'
import { binary, unary } from '../../src/backends/program/pointwise.ts'

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_')
const lower = (name: string): string => name.replaceAll('-', '_')

/** A macro that hands each item to another one. */
const each = (macro: string, items: readonly string[]): string =>
  [`#define ${macro}(X)`, ...items.map((item) => `  X(${item})`)].join(' \\\n')

const both = (name: string): string => `${upper(name)}, ${lower(name)}`

/** native/instructions.h: what native's C has to know of the instruction set. */
export const nativeHeader = (): string =>
  `// Written by \`npm run generate\` from src/backends/program and src/backends/native/operations.ts.
#ifndef UNROLLED_INSTRUCTIONS_H
#define UNROLLED_INSTRUCTIONS_H

enum Kind {
${[...kinds, 's'].map((kind) => (kind === 's' ? '  KINDS' : `  KIND_${upper(kind)},`)).join('\n')}
};

// Those that have a kernel: KIND_NAME is run by run_name.
${each('EACH_KERNEL', kinds.filter((kind) => kind !== 'loop' && kind !== 'end').map(both))}

// What ROWS does to values.
enum Operation {
${operations.map((operation) => `  OP_${upper(operation)},`).join('\n')}
};

// OP_NAME is computed by of_name of one value, and of two.
${each('EACH_UNARY', unary.map(both))}
${each('EACH_BINARY', binary.map(both))}

// Two at once: the first of a and b, the second of that and c.
${each(
  'EACH_PAIR',
  pairs.map((pair) => pair.split('-').map(both).join(', ')),
)}

#endif
`
