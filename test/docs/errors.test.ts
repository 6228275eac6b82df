import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const parsed = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** The members of the union in src/error.ts. */
function union(): string[] {
  const codes: string[] = []
  walk(parsed('src/error.ts'), (node) => {
    if (ts.isTypeAliasDeclaration(node) && node.name.text === 'ErrorCode') {
      walk(node.type, (part) => ts.isStringLiteral(part) && codes.push(part.text))
    }
  })
  return codes
}

/** What makes an error of a code: the class, and the functions that hand their code on. Which argument is the code. */
const makers: Readonly<Record<string, number>> = { UnrolledError: 0, failure: 0, report: 1 }

/** The codes that src and cli throw, and errors whose code is not said where they are made. */
function thrown(): { readonly codes: ReadonlySet<string>; readonly unsaid: readonly string[] } {
  const codes = new Set<string>()
  const unsaid: string[] = []
  const paths = ['src', 'cli'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  for (const path of paths) {
    walk(parsed(path), (node) => {
      if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return
      if (!ts.isIdentifier(node.expression) || !Object.hasOwn(makers, node.expression.text)) return
      const said = node.arguments?.[makers[node.expression.text]!]
      if (said && ts.isStringLiteral(said)) codes.add(said.text)
      else unsaid.push(path)
    })
  }
  return { codes, unsaid }
}

/** The codes that docs/errors.md explains, each with its meaning and advice. */
const documented = [
  ...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$/gm),
].map(([, code, meaning, advice]) => ({ code: code!, meaning: meaning!, advice: advice! }))

test('each code is thrown somewhere, and no other', () => {
  const { codes, unsaid } = thrown()
  expect([...codes].sort()).toEqual(union().sort())
  // Those that hand on the code they are given.
  const handing = ['src/files/failure.ts', 'src/layers/chain.ts', 'cli/program.ts', 'cli/read-option.ts']
  expect(new Set(unsaid)).toEqual(new Set(handing))
})

test('each code is explained once, and no other', () => {
  expect(documented.map(({ code }) => code).sort()).toEqual(union().sort())
  for (const { meaning, advice } of documented) {
    expect(meaning.length).toBeGreaterThan(20)
    expect(advice.length).toBeGreaterThan(5)
  }
})
