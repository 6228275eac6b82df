import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { expandFiles, readBytes, readTextFiles, writeSafely } from '../../src/files/index.ts'
import { thisProcess } from '../../src/files/process-identity.ts'

const root = mkdtempSync(join(tmpdir(), 'unrolled-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const path = join(root, String(count++))
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

async function refusal(action: Promise<unknown>, code: string): Promise<string> {
  const error: unknown = await action.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  )
  if (error instanceof UnrolledError && error.code === code) return error.message
  throw error
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('writing', () => {
  test('makes the folder, replaces the file, leaves nothing beside it', async () => {
    const path = join(folder(), 'a/b/model')
    await writeSafely(path, bytes('one'))
    await writeSafely(path, bytes('two'))
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(readdirSync(join(path, '..'))).toEqual(['model'])
  })

  test('many at once leave one of them whole', async () => {
    const path = join(folder(), 'model')
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeSafely(path, bytes(String(i).repeat(10_000)))))
    expect(readFileSync(path, 'utf8')).toMatch(/^(\d+?)\1{9999}$/)
    expect(readdirSync(join(path, '..'))).toEqual(['model'])
  })

  test('keeps a link a link', async () => {
    const path = folder({ real: 'old' })
    symlinkSync('real', join(path, 'link'))
    await writeSafely(join(path, 'link'), bytes('new'))
    expect(readFileSync(join(path, 'real'), 'utf8')).toBe('new')
    expect(readdirSync(path).sort()).toEqual(['link', 'real'])
  })

  test('cleans up after a writer that was killed, and touches nothing else', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const { pid, started, place } = thisProcess()
    const tag = 'aabbccddeeff'
    const others = [
      `.model.${place}-${pid}-${started}-${tag}.tmp`,
      // The same pid in another container may well be writing.
      `.model.000000000000-${dead}-5-${tag}.tmp`,
      `.model.${dead}-3.tmp`,
      '.model.x.tmp',
      `.other.${place}-${dead}-5-${tag}.tmp`,
    ]
    const left = [`.model.${place}-${dead}-5-${tag}.tmp`, `.model.${place}-${pid}-${started + 1}-${tag}.tmp`]
    const old = [`.model.000000000000-1-6-${tag}.tmp`, '.model.1-0.tmp']
    const path = folder(Object.fromEntries([...others, ...left, ...old].map((name) => [name, ''])))
    const lastWeek = new Date(Date.now() - 7 * 86_400_000)
    for (const name of old) utimesSync(join(path, name), lastWeek, lastWeek)
    await writeSafely(join(path, 'model'), bytes('new'))
    const expected = started === 0 ? [...others, left[1]!] : others
    expect(readdirSync(path).sort()).toEqual([...expected, 'model'].sort())
  })

  test('a restarted container with the same pid meets no file of that name', async () => {
    const path = folder()
    const names = new Set<string>()
    const write = async (): Promise<void> => {
      const done = writeSafely(join(path, 'model'), bytes('x'.repeat(2_000_000)))
      while (!readdirSync(path).some((name) => name.endsWith('.tmp') && !names.has(name))) await turn()
      for (const name of readdirSync(path)) if (name.endsWith('.tmp')) names.add(name)
      await done
    }
    for (let i = 0; i < 5; i++) await write()
    expect(names.size).toBe(5)
  })

  test('says that a folder is in the way', async () => {
    const path = folder({ 'model/file': '' })
    expect(await refusal(writeSafely(join(path, 'model'), bytes('new')), 'write')).toMatch(
      /cannot write .*model: it is a folder/,
    )
    expect(readdirSync(path)).toEqual(['model'])
  })

  test('says that a file is in the way of a folder', async () => {
    const path = folder({ runs: '' })
    expect(await refusal(writeSafely(join(path, 'runs/model'), bytes('new')), 'write')).toMatch('a file is in the way')
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'leaves the old file where the folder is not writable',
    async () => {
      const path = folder({ model: 'old' })
      chmodSync(path, 0o500)
      expect(await refusal(writeSafely(join(path, 'model'), bytes('new')), 'write')).toMatch('no permission')
      expect(readFileSync(join(path, 'model'), 'utf8')).toBe('old')
      chmodSync(path, 0o700)
    },
  )
})

describe('reading', () => {
  test('takes gzip by its content, and says when it is damaged', async () => {
    const packed = gzipSync('packed text')
    const path = folder({
      'a.gz': packed,
      b: packed,
      'cut.gz': packed.subarray(0, 20),
      'no.gz': 'plain',
      plain: 'plain',
    })
    expect(Buffer.from(await readBytes(join(path, 'a.gz'))).toString()).toBe('packed text')
    expect(Buffer.from(await readBytes(join(path, 'b'))).toString()).toBe('packed text')
    expect(Buffer.from(await readBytes(join(path, 'plain'))).toString()).toBe('plain')
    expect(await refusal(readBytes(join(path, 'cut.gz')), 'file')).toMatch(
      /cut.gz: the gzip file is damaged or was cut off/,
    )
    expect(await refusal(readBytes(join(path, 'no.gz')), 'file')).toMatch('not gzip, though its name ends in .gz')
  })

  test('names the nearest file where there is none', async () => {
    const path = folder({ 'model.safetensors': '' })
    const message = await refusal(readBytes(join(path, 'model.safetensor')), 'file')
    expect(message).toMatch(
      /cannot read .*model.safetensor: there is no such file or folder \(ENOENT\); did you mean .*model.safetensors\?/,
    )
    expect(await refusal(readBytes(join(path, 'no/thing')), 'file')).not.toMatch('did you mean')
  })

  test('says that it is a folder', async () => {
    expect(await refusal(readBytes(folder()), 'file')).toMatch('it is a folder (EISDIR)')
  })
})

describe('a folder', () => {
  test('means the texts in it', async () => {
    const path = folder({
      'b.txt.gz': gzipSync('two\n'),
      'a.txt': 'one\n',
      'c.md': 'no',
      'sub/d.txt': 'no',
      '.e.txt': 'no',
    })
    expect(await readTextFiles(path)).toBe('one\ntwo\n')
    expect(await expandFiles([join(path, 'a.txt'), `${path}/`])).toEqual([join(path, 'a.txt'), join(path, 'b.txt.gz')])
  })

  test('without any says how to name what it has', async () => {
    const message = await refusal(expandFiles([folder({ 'c.md': '' })]), 'file')
    expect(message).toMatch(/is a folder without \.txt files; name files, or a pattern as '.*\*\.md'/)
    expect(await refusal(expandFiles([folder()]), 'file')).toMatch(/\*\.txt'$/)
  })
})

describe('patterns', () => {
  const files = ['a.txt', 'b.txt', 'c.md', '.hidden.txt', 'sub/d.txt', 'sub/deep/e.txt', 'sub/[x].txt', 'odd*.txt']
  const path = folder(Object.fromEntries(files.map((name) => [name, name])))
  const found = async (...patterns: string[]): Promise<string[]> =>
    (await expandFiles(patterns.map((pattern) => join(path, pattern)))).map((file) => file.slice(path.length + 1))

  test.each<[string, string[]]>([
    ['*.txt', ['a.txt', 'b.txt', 'odd*.txt']],
    ['?.txt', ['a.txt', 'b.txt']],
    ['.*.txt', ['.hidden.txt']],
    ['*/*.txt', ['sub/[x].txt', 'sub/d.txt']],
    ['**/*.txt', ['a.txt', 'b.txt', 'odd*.txt', 'sub/[x].txt', 'sub/d.txt', 'sub/deep/e.txt']],
    ['sub/**', ['sub/[x].txt', 'sub/d.txt', 'sub/deep/e.txt']],
    ['s*b/deep/?.txt', ['sub/deep/e.txt']],
    ['odd*.txt', ['odd*.txt']],
    ['sub/[x].txt', ['sub/[x].txt']],
    ['nothing.txt', ['nothing.txt']],
  ])('%s', async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected)
  })

  test('keep their order and name each file once', async () => {
    expect(await found('b.txt', '?.txt', 'c.md')).toEqual(['b.txt', 'a.txt', 'c.md'])
    expect(await expandFiles(['-'])).toEqual(['-'])
  })

  test('that fit no file, or links that lead in a circle', async () => {
    symlinkSync('.', join(path, 'sub/deep/circle'))
    expect(await refusal(expandFiles([join(path, '*.pdf')]), 'file')).toMatch(/no file fits the pattern .*\*\.pdf/)
    expect(await found('**/e.txt')).toEqual(['sub/deep/e.txt'])
    expect(await refusal(expandFiles([]), 'file')).toMatch('no file is named')
    expect(await refusal(expandFiles(['']), 'file')).toMatch('empty')
    // process.argv[2], which nobody gave.
    expect(await refusal(expandFiles(undefined as never), 'file')).toMatch(/a string or a list of strings; undefined/)
  })
})

describe('texts', () => {
  test('are put together, each ending a line', async () => {
    const path = folder({ 'a.txt': 'one', 'b.txt': 'two\n', 'c.txt.gz': gzipSync('three') })
    expect(await readTextFiles(join(path, '*'))).toBe('one\ntwo\nthree')
    expect(await readTextFiles([join(path, 'b.txt')])).toBe('two\n')
  })

  test('that are binary are refused by name', async () => {
    const path = folder({ 'a.txt': 'one', 'b.bin': Uint8Array.of(1, 2, 0, 3) })
    expect(await refusal(readTextFiles(join(path, '*')), 'data')).toMatch(/b\.bin is not text: byte 2 is zero/)
  })
  test('that are longer together than a string may be are refused before they are put together', async () => {
    const path = folder({ 'a.txt': 'one', 'b.txt': 'two' })
    const half = 'x'.repeat(2 ** 28)
    vi.stubGlobal(
      'TextDecoder',
      vi.fn().mockImplementation(function () {
        return { decode: () => half }
      }),
    )
    expect(await refusal(readTextFiles(join(path, '*')), 'data')).toMatch(
      /^the 2 files have 536,870,914 characters together, and a string may hold [\d,]+: give fewer$/,
    )
  })
})
