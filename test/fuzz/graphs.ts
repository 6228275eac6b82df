import type { Kind } from './campaign.ts'
import { checkGraph } from './check-graph.ts'
import { graphText } from './graph-case.ts'
import { generateGraph, type GraphCase } from './generate-graph.ts'
import type { machines } from './machines.ts'

/** Random bare graphs, tried on these machines. */
export const graphs = (all: Awaited<ReturnType<typeof machines>>): Kind<GraphCase> => ({
  name: 'graphs',
  generate: generateGraph,
  check: (one, turn) => checkGraph(one, all, turn),
  print: graphText,
})
