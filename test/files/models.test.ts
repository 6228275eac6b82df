import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { encodeModel, linear, meanSquaredError, network, sequences, train } from 'unrolled'
import { checkpointFile, directory, loadModel, readTensors, saveModel, saveModule, saveTensors } from 'unrolled/node'

const root = mkdtempSync(join(tmpdir(), 'unrolled-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const model = network(linear({ input: 1, output: 1 }), { loss: meanSquaredError(), seed: 1 })
const data = sequences([{ x: [[1]], target: [[2]] }])

test('the model of a run is read by its folder, as the command line does', async () => {
  const run = join(root, 'run')
  await train(model, data, { steps: 3, checkpoint: directory(run) }).finish()
  expect((await loadModel(run)).parameters).toEqual(model.parameters)
  expect((await loadModel(join(run, 'model.safetensors'))).parameters).toEqual(model.parameters)
})

test('a folder without one is told with the file that is missing', async () => {
  const empty = join(root, 'empty')
  mkdirSync(empty)
  await expect(loadModel(empty)).rejects.toThrow(
    `cannot read ${join(empty, 'model.safetensors')}: there is no such file`,
  )
})

test('what is no path and what is no model are told as what they are', async () => {
  const path = join(root, 'm.safetensors')
  await expect(saveModel(path as never, model as never)).rejects.toThrow(
    'saveModel: the first argument must be a model',
  )
  await expect(saveModel(model, undefined as never)).rejects.toThrow(
    'saveModel: the path is undefined; it must be a string',
  )
  await expect(loadModel(pathToFileURL(path) as never)).rejects.toThrow(
    'loadModel: the path is an object (URL); it must be a string: fileURLToPath(url) of node:url',
  )
  expect(() => directory(undefined as never)).toThrow('directory: the path is undefined; it must be a string')
  expect(() => checkpointFile(undefined as never)).toThrow('checkpointFile: the path is undefined')
  await expect(readTensors(pathToFileURL(path) as never)).rejects.toThrow('readTensors: the path is an object (URL)')
  await expect(saveTensors({}, undefined as never)).rejects.toThrow('saveTensors: the path is undefined')
  await expect(saveModule(model, undefined as never)).rejects.toThrow('saveModule: the path is undefined')
  expect(() => encodeModel(undefined as never)).toThrow('encodeModel: the first argument must be a model')
})
