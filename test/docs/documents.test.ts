import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterEach, expect, test, vi } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Every Markdown file that people read; reports of the interface are written by a tool. */
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${String(name)}`),
].filter((name) => name.endsWith('.md') && !name.startsWith('docs/api/'))

/** Programs of one document: a block that begins with `// …` goes on where the one before it ended. */
function programs(document: string): string[] {
  const result: string[] = []
  for (const [, code] of readFileSync(join(root, document), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    result.push(code!.startsWith('// …') ? `${result.pop() ?? ''}\n${code!}` : code!)
  }
  return result
}

const written = documents.flatMap((document) =>
  programs(document).map((code, i) => ({ name: `${document.replaceAll('/', ' ')} ${i + 1}.ts`, code })),
)

test('the code of every document has the right types', { timeout: 120_000 }, () => {
  const { options, errors } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  )
  expect(errors).toEqual([])
  const texts = new Map(written.map(({ name, code }) => [join(root, name), `${code}\nexport {}\n`]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  const program = ts.createProgram([...texts.keys()], options, host)
  const wrong = [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)!
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start }) =>
        `${path.slice(root.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')} at ${file.text.slice(start, start! + 60)}`,
    )
  })
  expect(wrong).toEqual([])
  expect(texts.size).toBeGreaterThanOrEqual(14)
})

test('files that documents link to are there', () => {
  const missing = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link!)
    return links.filter((link) => !existsSync(join(root, document, '..', link))).map((link) => `${document}: ${link}`)
  })
  expect(missing).toEqual([])
})

test('scripts that documents name are those of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const missing = documents.flatMap((document) =>
    [...readFileSync(join(root, document), 'utf8').matchAll(/npm run ([\w:]+)/g)]
      .map(([, name]) => name!)
      .filter((name) => !(name in scripts))
      .map((name) => `${document}: npm run ${name}`),
  )
  expect(missing).toEqual([])
})

test('tests that docs/verification.md names are there', () => {
  const [, faults] = readFileSync(join(root, 'docs/verification.md'), 'utf8').split('## Faults that were seen')
  const cells = [...faults!.matchAll(/^\| .+ \| (`.+) \|$/gm)].map(([, cell]) => cell!)
  const missing = cells.flatMap((cell) => {
    let file = ''
    return cell.split(' · ').filter((named) => {
      const [, other, title] = /^(?:`([^`]+)`: )?(.+)$/.exec(named)!
      file = other ?? file
      const source = readFileSync(join(root, 'test', file), 'utf8')
      return !title!
        .replaceAll('`', '')
        .split('…')
        .every((part) => source.includes(part.trim()))
    })
  })
  expect(missing).toEqual([])
  expect(cells.length).toBeGreaterThan(150)
})

test('what runs at install is said where people look who must know', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  // Those that npm runs where the package is installed as a dependency.
  const run = ['preinstall', 'install', 'postinstall'].flatMap((name) => scripts[name] ?? [])
  const said = [...readFileSync(join(root, 'SECURITY.md'), 'utf8').matchAll(/at install[^`]*`([^`]+)`/g)]
  expect(run.map((command) => command.split(' ')[1])).toEqual(said.map(([, file]) => file))
})

const argv = [...process.argv]
afterEach(() => {
  process.argv.splice(0, Infinity, ...argv)
  vi.restoreAllMocks()
})

/** Examples by name, with arguments that make them short; every example is run. */
const examples = new Map([
  ['digits.ts', ['1', '0.02']],
  ['entities.ts', ['1', '16']],
  ['morse.ts', ['1', '20']],
  ['pronunciation.ts', ['1', '200']],
  ['surnames.ts', ['1', '20']],
  ['unusual-readings.ts', ['1']],
])

test('every example is run, or is part of one', () => {
  const files = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'))
  const imported = [...examples.keys()].flatMap((name) =>
    [...readFileSync(join(root, 'examples', name), 'utf8').matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(
      ([, file]) => file!,
    ),
  )
  expect(files.filter((name) => !examples.has(name) && !imported.includes(name))).toEqual([])
})

test('README names every example, by the command of its first line', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const commands = [...readme.matchAll(/^npm run example examples\/(\S+)/gm)].map(([, name]) => name)
  expect(commands.sort()).toEqual([...examples.keys()].sort())
  for (const name of examples.keys()) {
    expect(readFileSync(join(root, 'examples', name), 'utf8')).toMatch(`npm run example examples/${name} `)
  }
})

test.each([...examples])('example %s runs and prints numbers', async (name, args) => {
  process.argv.splice(2, Infinity, ...args)
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await import(join(root, 'examples', name))
  const lines = print.mock.calls.map(([line]) => String(line))
  expect(lines.length).toBeGreaterThanOrEqual(2)
  for (const line of lines) expect(line).toMatch(/\d/)
  expect(lines.join()).not.toMatch(/NaN|undefined|Infinity/)
})
