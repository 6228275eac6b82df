import { readFileSync } from 'node:fs'
import ts from 'typescript'
import * as unrolled from 'unrolled'
import * as graph from 'unrolled/graph'
import { expect, test } from 'vitest'

const read = (document: string): string => readFileSync(new URL(`../../docs/${document}`, import.meta.url), 'utf8')

/** A block of code with what it says it prints: `console.log(x) // → 1.5`, in a loop `// → 1, then 2`. */
interface Block {
  readonly heading: string
  readonly code: string
  readonly claims: readonly string[]
}

function blocks(document: string): Block[] {
  const result: Block[] = []
  let heading = ''
  for (const [, title, code] of read(document).matchAll(/^## (.*)$|^```ts\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title
    if (code === undefined) continue
    result.push({
      heading,
      code,
      claims: [...code.matchAll(/console\.log\(.*\) \/\/ → (.*)$/gm)].flatMap(([, claim]) => claim!.split(', then ')),
    })
  }
  return result
}

/** Runs a block with its imports taken from the package; gives what it printed. */
async function run(code: string): Promise<string[]> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  })
  const body = outputText.replace(
    /^import (\{[^}]*\}) from 'unrolled\/?(graph)?';?$/gm,
    (_, names: string, entry = 'unrolled') => `const ${names.replaceAll(' as ', ': ')} = ${entry};`,
  )
  expect(body).not.toContain('import ')
  const printed: string[] = []
  const console = { log: (...values: unknown[]) => void printed.push(values.map(String).join(' ')) }
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>
  await new AsyncFunction('unrolled', 'graph', 'console', body)(unrolled, graph, console)
  return printed
}

/** Numbers may differ in the last place shown; everything else is as written. */
function expectLike(printed: string, claim: string): void {
  const number = /-?\d+(\.\d+)?(e-?\d+)?/g
  expect(printed.replace(number, '#')).toBe(claim.replace(number, '#'))
  const [got, wanted] = [printed, claim].map((text) => (text.match(number) ?? []).map(Number))
  wanted!.forEach((value, i) => expect(Math.abs(got![i]! - value)).toBeLessThanOrEqual(0.05 * Math.abs(value) + 1e-9))
}

const written = ['data.md', 'files.md', 'lecture.md', 'sessions.md', 'training.md'].flatMap((document) =>
  blocks(document).map((block, i) => [`${document} ${i + 1}: ${block.heading}`, block] as const),
)

test.each(written)('block %s does what it says', { timeout: 60_000 }, async (_, { code, claims }) => {
  const printed = await run(code)
  expect(printed).toHaveLength(claims.length)
  claims.forEach((claim, i) => expectLike(printed[i]!, claim))
})

test('every part of the lecture has its heading', () => {
  const headings = [...read('lecture.md').matchAll(/^## (.*)$/gm)].map(([, title]) => title)
  for (const part of [
    'Sequential data',
    'The problem of long-term dependencies',
    "The lecture's network",
    'Unfolded in time',
    'Five types of networks',
    'Backpropagation through time',
    'Vanishing and exploding gradients',
    'Long short-term memory',
    'Gated recurrent unit',
    'Character models',
  ]) {
    expect(headings).toContain(part)
  }
})
