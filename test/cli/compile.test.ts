import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { classifier, gru, labelled, predict, saveModel, saveModule } from '../../src/node.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const rows = ['win a prize', 'free money', 'see you at noon', 'lunch at noon'].map((body, i) => ({
  body,
  kind: i < 2 ? 'spam' : 'ham',
}))
const model = classifier(labelled(rows, { text: 'body', label: 'kind', units: 'characters' }), {
  cell: gru,
  hidden: 6,
  seed: 1,
})

/** Errors of a program that uses a module in a folder. */
function wrongTypes(folder: string, program: string): string[] {
  const file = join(folder, 'use.mts')
  ts.sys.writeFile(file, program)
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext }
  const given = ts.createProgram([file], { ...options, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] })
  return ts.getPreEmitDiagnostics(given).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

test('a stored model becomes a module, which Node uses as it is, with types', async () => {
  await inFolder(async (folder) => {
    await saveModel(model, join(folder, 'mails.safetensors'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const out = join(folder, 'public', 'mails')
    const { code, err, out: told } = await unrolled(['compile', join(folder, 'mails'), '--out', out])
    expect([code, err]).toEqual([0, ''])
    expect(told).toMatch(/model\.wasm +[\d,]+ bytes, [\d,]+ gzipped/)
    expect(told).toContain(`import { load } from "${join(out, 'index.js')}"`)
    expect(told).toMatch(/a page loads [\d,]+ bytes, [\d,]+ of them weights/)
    const { load } = (await import(/* @vite-ignore */ pathToFileURL(join(out, 'index.js')).href)) as {
      load(): Promise<{ predict(text: string): { readonly label: string } }>
    }
    const said = (await load()).predict('free prize')
    const wanted = await predict(model, 'free prize', { backend: 'wasm', kernels: 'wasm' })
    expect(said).toMatchObject(wanted)
    const use = (line: string): string[] =>
      wrongTypes(folder, `import { load } from './public/mails/index.js'\nconst model = await load()\n${line}\n`)
    expect(use("const label: 'ham' | 'spam' = model.predict('a').label")).toEqual([])
    expect(use('model.open().push({})').join()).toMatch(/not assignable to parameter of type 'Step'/)
  })
})

test('the types of a table name its columns', async () => {
  const table = Array.from({ length: 12 }, (_, i) => ({
    day: i % 3,
    load: i,
    place: i % 2 ? 'in' : 'out',
    'x "y"': 2 * i,
  }))
  const data = labelled(table, { x: ['load', 'place', 'x "y"'], sequence: 'day', label: 'day' })
  await inFolder(async (folder) => {
    await saveModule(classifier(data, { cell: gru, hidden: 3 }), join(folder, 'm'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const use = (line: string): string[] =>
      wrongTypes(
        folder,
        `import { load } from './m/index.js'
interface Row { day: number; load: number; place: string; 'x "y"': number }
declare const rows: Row[]
const model = await load()\n${line}\n`,
      )
    expect(use('const label: 0 | 1 | 2 = model.predict(rows).label\nmodel.open().push(rows[0]!)')).toEqual([])
    expect(use('model.predict([[1, "in", 2], [2, "out", 4]])\nmodel.open().push(new Float32Array(3))')).toEqual([])
    expect(use('model.predict([{ load: 1, place: "in" }])').join()).toMatch(/not assignable/)
    expect(use('model.open().push({ load: "1", place: "in", \'x "y"\': 2 })').join()).toMatch(/not assignable/)
  })
})

test('for machines, and where it cannot be', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'mails.safetensors')
    await saveModel(model, path)
    const { out } = await unrolled(['compile', path, '--out', join(folder, 'm'), '--json'])
    const [done] = events(out)
    expect(done).toMatchObject({ event: 'done', kind: 'classifier', folder: join(folder, 'm') })
    const sizes = (done as unknown as { files: { file: string; bytes: number }[] }).files
    for (const { file, bytes } of sizes) expect((await readFile(join(folder, 'm', file))).length).toBe(bytes)
    await mkdir(join(folder, 'mine'))
    await writeFile(join(folder, 'mine', 'index.js'), 'export {}')
    const refused = await unrolled(['compile', path, '--out', join(folder, 'mine')])
    expect(refused.code).not.toBe(0)
    expect(refused.err).toMatch(/index\.js is there and no compiled model; name another folder/)
  })
})
