// Which tests reach a source file, those that are about it first.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

const entries = new Map([
  ['unrolled', 'src/index.ts'],
  ['unrolled/node', 'src/node.ts'],
  ['unrolled/graph', 'src/graph.ts'],
  ['#backends', 'src/backends/available-node.ts'],
])

/** Every file below a folder whose name ends so, from the repository's root. */
export const filesBelow = (root, folder, ending) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => posix.relative(root, posix.join(entry.parentPath, entry.name)))
    .sort()

/** The files each file imports when it runs. */
function importsOf(root, path) {
  const text = readFileSync(join(root, path), 'utf8').replace(/^(import|export) type [^'"]*? from '[^']*'/gm, '')
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(
      ({ fileName }) => entries.get(fileName) ?? (fileName.startsWith('.') ? posix.join(dirname(path), fileName) : ''),
    )
    .filter((name) => name.endsWith('.ts') && existsSync(join(root, name)))
}

/**
 * Test files that import `file`, at any remove. First those in the folder of the same name, then those that import something of
 * its folder themselves, then by the time they take.
 */
export function reaching(root, file, seconds) {
  const known = new Map()
  const imports = (path) => {
    if (!known.has(path)) known.set(path, importsOf(root, path))
    return known.get(path)
  }
  const reaches = (test) => {
    const seen = new Set([test])
    const pending = [test]
    for (let path = pending.pop(); path; path = pending.pop()) {
      for (const next of imports(path)) {
        if (next === file) return true
        if (!seen.has(next)) pending.push(next)
        seen.add(next)
      }
    }
    return false
  }
  const folder = file.split('/')[1]
  const distance = (test) =>
    test.startsWith(`test/${folder}/`) ? 0 : imports(test).some((path) => path.startsWith(`src/${folder}/`)) ? 1 : 2
  return filesBelow(root, 'test', '.test.ts')
    .filter((test) => !test.startsWith('test/browser/pages/') && reaches(test))
    .map((test) => ({ test, distance: distance(test), seconds: seconds[test] ?? 5 }))
    .sort((a, b) => a.distance - b.distance || a.seconds - b.seconds)
}
