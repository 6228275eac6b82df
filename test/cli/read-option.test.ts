// What a file alone does not tell is said on the command line in the words of the message that asks for it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const rows = Array.from({ length: 40 }, (_, i) => `${i === 20 ? 'lost' : i},${1 + (i % 9)}/2/2024,${'xy'[i % 2]}`)
const csv = `size,when,kind\n${rows.join('\n')}\n`

test('each message that asks for a setting says how it is given, and given so it helps', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'sizes.csv': csv })
    const lost = await refused('data', file!)
    expect(lost).toMatch(/row 22, column "size": 'lost' is no number[^]*missing: \["lost"\][^]*--read/)
    const missing = ['--read', 'missing: ["lost"]']
    const unclear = await refused('data', file!, ...missing)
    expect(unclear).toMatch(/say dates: 'day first' or 'month first'[^]*--read "dates: 'day first'"/)
    const dates = ['--read', "dates: 'day first'"]
    expect(await printed('data', file!, ...missing, ...dates)).toMatch(/size: numbers \(1 missing\), when: dates/)
    const text = ['--read', `types: { "size": 'string', when: 'string' }`]
    expect(await printed('data', file!, ...text)).toMatch(/size: text, when: /)
  })
})

test('what stands for nothing in training does so in what comes later', async () => {
  await inFolder(async (folder) => {
    const [file, later] = await written(folder, { 'sizes.csv': csv, 'later.csv': 'size\n1\nlost\n' })
    const out = join(folder, 'm.safetensors')
    const told = ['--label', 'kind', '--x', 'size', '--read', "dates='day first'", '--read', 'missing: ["lost"]']
    await printed('train', file!, ...told, '--missing', 'skip', '--steps', '2', '--out', out, ...small)
    const { code, out: said, err } = await unrolled(['predict', out, later!, '--missing', 'skip', '--json'])
    expect([code, err]).toEqual([0, '1 of 2 rows left out, in which nothing stands in size\n'])
    expect(events(said)).toHaveLength(1)
  })
})

test('settings that are none, or are said twice, are told', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'points.csv': 'a;b\nc;x\nd;y\n' })
    expect(await refused('data', file!, '--read', 'dates')).toContain('a setting is a name and a value')
    expect(await refused('data', file!, '--read', 'date: x')).toContain('there is no option date; did you mean dates?')
    expect(await refused('data', file!, '--read', 'quote=a', '--read', 'quote=b')).toContain('--read says quote twice')
    expect(await printed('data', file!, '--read', 'header: false')).toContain('3 rows; semicolons, no header')
  })
})
