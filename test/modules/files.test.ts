// The files of a module: small, of nobody else, and together or not at all.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  classifier,
  compileModel,
  gru,
  languageModel,
  linear,
  lstm,
  meanSquaredError,
  network,
  text,
  type Model,
} from 'unrolled'
import { saveModule } from 'unrolled/node'
import { imported, moduleOf, newFolder, texts } from './modules.ts'

test('it is small, imports nothing, evaluates nothing, and needs no place of its own', async () => {
  const model = languageModel(text('call me ishmael'), { cell: lstm, hidden: [128, 128] })
  const { 'index.js': code, 'model.wasm': wasm } = await compileModel(model)
  const weights = 4 * Object.values(model.parameters).reduce((sum, { data }) => sum + data.length, 0)
  expect(wasm.length - weights).toBeLessThan(25_000)
  expect(code.length).toBeLessThan(12_500)
  expect(code).not.toMatch(/\bimport\b(?!\.meta)|\brequire\(|\beval\b|new Function/)
  const { load } = await moduleOf(model)
  const [bytes, compiled] = [wasm, await WebAssembly.compile(wasm)]
  const said = await Promise.all(
    [
      bytes,
      bytes.buffer,
      compiled,
      Promise.resolve(new Response(bytes, { headers: { 'content-type': 'application/wasm' } })),
    ].map(async (source) => [...(await load(source)).predict('me').output]),
  )
  for (const one of said) expect(one).toEqual(said[0])
})

describe('the files of a module', () => {
  const small = (seed: number): Model => network(linear({ input: 3, output: 2 }), { loss: meanSquaredError(), seed })

  test('weights of another model are refused by the loader', async () => {
    const folder = newFolder()
    await saveModule(small(1), folder)
    const { 'model.wasm': others } = await compileModel(small(2))
    writeFileSync(join(folder, 'model.wasm'), others)
    const { load } = await imported(folder)
    await expect(load()).rejects.toThrow(/these weights are of another model than index.js/)
  })

  test('take the place of those of another module, and of nothing else', async () => {
    const folder = newFolder()
    await saveModule(small(1), folder)
    const { 'index.js': code } = await saveModule(small(2), folder)
    expect(readFileSync(join(folder, 'index.js'), 'utf8')).toBe(code)
    const other = newFolder()
    writeFileSync(join(other, 'index.js'), 'export const mine = 1\n')
    await expect(saveModule(small(1), other)).rejects.toMatchObject({ code: 'write' })
    expect(readFileSync(join(other, 'index.js'), 'utf8')).toBe('export const mine = 1\n')
    expect(existsSync(join(other, 'model.wasm'))).toBe(false)
  })

  test('the declarations name labels and what is said', async () => {
    const { 'index.d.ts': types } = await compileModel(classifier(texts('words'), { cell: gru, hidden: 4 }))
    expect(types).toContain('export type Label = "dry" | "wet"')
    expect(types).toContain('readonly label: Label')
    expect(types).toContain('export type Step = string | number')
  })
})
