// Columns that hold paths of pictures and recordings.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tables } from '../../cli/tables/tables.ts'
import type { Sequences } from '../../src/index.ts'
import { collected } from '../collected.ts'
import golden from '../golden/jpeg.json' with { type: 'json' }
import { laid, png, wav } from './media-files.ts'
import { printed, refused, small } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const colours = { red: [255, 0, 0], green: [0, 200, 0], blue: [0, 0, 255] } as const
type Colour = keyof typeof colours
const white = [255, 255, 255]
const sides = ['left', 'right'] as const

/** A square of a colour on the left or right of a white picture, a little higher or lower. */
const square = (colour: Colour, side: number, down: number): Uint8Array =>
  png(
    Array.from({ length: 5 }, (_, y) =>
      Array.from({ length: 6 }, (_, x) =>
        y >= down && y < down + 3 && Math.floor(x / 3) === side ? colours[colour] : white,
      ),
    ),
  )

const all = Array.from({ length: 54 }, (_, i) => {
  const colour = (Object.keys(colours) as Colour[])[i % 3]!
  const side = Math.floor(i / 3) % 2
  return { colour, side, down: Math.floor(i / 6) % 3, file: `squares/${i % 18}.png` }
})
const squares = Object.fromEntries(
  all.map(({ colour, side, down, file }) => [file, square(colour, side, down)] as const),
)
const captions = `image,caption\n${all.map(({ colour, side, file }) => `${file},a ${colour} square ${sides[side]}\n`).join('')}`
const learning = ['--cell', 'gru', '--seed', '1', '--batch', '16']
/** Trains on a table until its model tells all of it, and gives what is said. */
const learnt = (file: string, ...how: string[]): Promise<string> => printed('train', file, ...how, ...learning)

test('pictures that a table names, seen from its folder: what is written about them', async () => {
  await inFolder(async (folder) => {
    await laid(folder, { ...squares, 'squares.csv': captions, 'new/one.png': square('blue', 1, 0) })
    await laid(folder, { 'new/one.csv': 'image\none.png\n' })
    const [file, out] = [join(folder, 'squares.csv'), join(folder, 'm')]
    const data = await printed('data', file)
    expect(data).toMatch(/\n {2}image +pictures +18 different/)
    expect(data).toContain(`unrolled train ${file} --caption caption --x image\n`)
    const roles = ['--task', 'captioner', '--x', 'image', '--caption', 'caption', '--colours', 'rgb']
    const said = await learnt(file, ...roles, '--out', out, '--epochs', '40', '--lr', '0.02', '--hidden', '24')
    expect(said).toContain('captioner: caption from image\n')
    expect(said).toMatch(/\nexact +100\.0 %/)
    const one = join(folder, 'new', 'one.csv')
    expect(await printed('predict', out, one)).toMatch(/\na blue square right +-\d.* image one\.png\n$/)
    expect(await printed('predict', out, one, '--csv')).toMatch(
      /^image,predicted text,predicted score\none\.png,a blue square right,/,
    )
    const [measured] = events(await printed('evaluate', out, file, '--json'))
    expect(measured).toMatchObject({ rows: 54, exact: 1 })
    const [surprise] = events(await printed('score', out, file, '--top', '1', '--json'))
    expect(surprise!['text']).toMatch(/^a \w+ square \w+: image squares\/\d+\.png$/)
    // Standard input is read where the command is run.
    const piped = await unrolled(['predict', out, '-'], { input: `image\n${join(folder, 'new', 'one.png')}\n` })
    expect(piped.out).toContain('a blue square right')
    // What was said of colours is kept, whoever trains it further.
    const further = ['--from', `${out}.safetensors`, '--out', join(folder, 'n'), '--epochs', '1']
    await printed('train', file, ...further)
    expect(await printed('predict', join(folder, 'n'), one)).toContain('a blue square right')
  })
})

test('pictures are guessed to be read, row by row, and labelled', async () => {
  await inFolder(async (folder) => {
    const rows = all.map(({ side, file }) => `${file},${sides[side]}\n`)
    await laid(folder, { ...squares, 'sides.csv': `picture,side\n${rows.join('')}` })
    // Those that are held out lie elsewhere, and are seen from there.
    const held = [0, 1].map((side) => `${sides[side]}.png,${sides[side]}\n`)
    await laid(folder, {
      'held/left.png': square('red', 0, 1),
      'held/right.png': square('green', 1, 2),
      'held/held.csv': `picture,side\n${held.join('')}`,
    })
    const elsewhere = ['--held', join(folder, 'held', 'held.csv'), '--out', join(folder, 'm')]
    const pace = ['--epochs', '30', '--lr', '0.02', '--hidden', '12']
    const said = await learnt(join(folder, 'sides.csv'), ...elsewhere, ...pace)
    expect(said).toContain('classifier: side (2 labels) from picture\n')
    expect(said).toMatch(/54 rows of 5 steps each, 5 at most, 2 held out \(of .*held\.csv\)/)
    expect(said).toMatch(/\naccuracy +100\.0 %/)
  })
})

/** Digits 0 and 1 as columns of pixels, from left to right, each some columns wide. */
const shapes = [
  [255, 255, 255],
  [0, 255, 0],
] as const
const lines = Array.from({ length: 60 }, (_, i) => {
  const said = Array.from({ length: 2 + (i % 2) }, (_, k) => (i >> (k + 1)) % 2)
  const columns = said.flatMap((digit, k) => [
    [0, 0, 0],
    ...Array<readonly number[]>(1 + ((i + k) % 2)).fill(shapes[digit]!),
  ])
  return {
    said: said.join(''),
    picture: png([0, 1, 2].map((y) => [...columns, [0, 0, 0]].map((column) => column[y]!))),
  }
})

test('a line of digits in a picture is read from left to right, as wide as it is', async () => {
  await inFolder(async (folder) => {
    const rows = lines.map(({ said }, i) => `lines/${i}.png,${said}\n`)
    await laid(folder, Object.fromEntries(lines.map(({ picture }, i) => [`lines/${i}.png`, picture])))
    await laid(folder, { 'lines.csv': `line,digits\n${rows.join('')}` })
    const roles = ['--task', 'transcriber', '--label', 'digits', '--out', join(folder, 'm')]
    const pace = ['--epochs', '30', '--lr', '0.03', '--hidden', '12']
    const said = await learnt(join(folder, 'lines.csv'), ...roles, ...pace)
    expect(said).toContain('transcriber: digits from line\n')
    expect(said).toMatch(/\nexact +100\.0 %/)
    await laid(folder, { 'new.csv': 'line\nlines/7.png\n' })
    expect(await printed('predict', join(folder, 'm'), join(folder, 'new.csv'))).toContain(`\n${lines[7]!.said} `)
  })
})

const rate = 4000
const hertz = { a: 400, b: 900, c: 1600 }
type Note = keyof typeof hertz
/** Notes with silence before, between and behind them. */
const notes = (said: string, at = rate): number[] =>
  [...said]
    .flatMap((note) => [
      ...Array<number>(at / 20).fill(0),
      ...Array.from({ length: at / 12.5 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz[note as Note] * i) / at)),
    ])
    .concat(Array<number>(at / 20).fill(0))
const melodies = Array.from({ length: 40 }, (_, i) =>
  [i, i >> 1, i >> 2]
    .slice(0, 2 + (i % 2))
    .map((n) => 'abc'[n % 3]!)
    .join(''),
)

test('recordings that a table names: what is said in them', async () => {
  await inFolder(async (folder) => {
    await laid(folder, Object.fromEntries(melodies.map((said, i) => [`sounds/${i}.wav`, wav(notes(said), rate)])))
    await laid(folder, {
      'melodies.csv': `recording,notes\n${melodies.map((said, i) => `sounds/${i}.wav,${said}\n`).join('')}`,
      'new.jsonl': JSON.stringify({ recording: 'new.wav' }),
      'new.wav': wav(notes('cab'), rate),
      'fast.jsonl': JSON.stringify({ recording: 'fast.wav' }),
      'fast.wav': wav(notes('cab', 8000), 8000),
    })
    const [file, out] = [join(folder, 'melodies.csv'), join(folder, 'm')]
    const roles = ['--task', 'transcriber', '--x', 'recording', '--label', 'notes', '--bands', '8']
    const said = await learnt(file, ...roles, '--out', out, '--epochs', '40', '--lr', '0.02', '--hidden', '12')
    expect(said).toContain('transcriber: notes from recording\n')
    expect(said).toMatch(/\nexact +100\.0 %/)
    expect(await printed('predict', out, join(folder, 'new.jsonl'))).toMatch(/\ncab +-\d.* recording new\.wav\n$/)
    const [measured] = events(await printed('evaluate', out, file, '--json'))
    expect(measured).toMatchObject({ rows: 40, exact: 1 })
    expect(await refused('predict', out, join(folder, 'fast.jsonl'))).toContain(
      'fast.jsonl, line 1, column "recording": fast.wav has 8000 samples a second; the model learnt from recordings of 4000',
    )
  })
})

/** A JPEG file of 35 × 21 pixels, as Pillow writes such. */
const photo = (called: string): Uint8Array =>
  Uint8Array.from(Buffer.from(golden.cases.find(({ name }) => name === called)!.file, 'base64'))

test('photos are read as pictures are, by what is in them', async () => {
  await inFolder(async (folder) => {
    const files = {
      'a.jpg': photo('4:2:2, plain, quality 95'),
      'b.JPEG': photo('grey, progressive'),
      'c.png': photo('restarts, plain'),
    }
    const rows = Array.from(
      { length: 24 },
      (_, i) => `${Object.keys(files)[i % 3]},${['colour', 'grey', 'colour'][i % 3]}\n`,
    )
    await laid(folder, { ...files, 'photos.csv': `photo,kind\n${rows.join('')}` })
    const [file, out] = [join(folder, 'photos.csv'), join(folder, 'm')]
    expect(await printed('data', file)).toMatch(/\n {2}photo +pictures +3 different/)
    const run = ['train', file, '--colours', 'rgb', '--epochs', '40', '--lr', '0.02', '--hidden', '12', '--batch', '4']
    const said = await printed(...run, '--seed', '1', '--out', out)
    expect(said).toContain('rows of 21 steps each')
    expect(said).toMatch(/\naccuracy +100\.0 %/)
    await laid(folder, { 'new.csv': 'photo\nb.JPEG\n' })
    expect(await printed('predict', out, join(folder, 'new.csv'))).toMatch(/\ngrey .* photo b\.JPEG\n$/)
  })
})

const odd: Readonly<Record<string, Uint8Array | string>> = {
  'wide.png': png([[0, 0, 0, 0, 0, 0, 0]]),
  'broken.png': 'no picture',
  'photo.jpg': 'some bytes',
  'photo.gif': 'GIF89a',
  'wide.jpg': photo('4:2:0, progressive, quality 40'),
  'half.jpg': photo('4:2:0, plain, quality 40').subarray(0, 700),
  'sound.wav': wav(notes('a'), rate),
  'fast.wav': wav(notes('a', 8000), 8000),
  'short.wav': wav([0, 0], rate),
  'broken.wav': 'no sound',
}

test.each([
  [
    'what is not there',
    'squares/99.png',
    /column "file": squares\/99\.png: there is no file .*squares\/99\.png; did you mean .*squares\/9\.png\?/,
  ],
  [
    'another width',
    'wide.png',
    /column "file": wide\.png has 7 × 1 pixels, squares\/0\.png 6 × 5 pixels; make them alike/,
  ],
  ['no picture', 'broken.png', /column "file": broken\.png is no PNG file/],
  [
    'another kind of picture',
    'photo.gif',
    /column "file": photo\.gif: of pictures PNG and JPEG files are read; save it as \.png/,
  ],
  ['no picture by the name of one', 'photo.jpg', /column "file": photo\.jpg is no JPEG file/],
  ['a photo that was cut off', 'half.jpg', /column "file": half\.jpg: the JPEG file was cut off/],
  [
    'a photo of another size',
    'wide.jpg',
    /column "file": wide\.jpg has 35 × 21 pixels, squares\/0\.png 6 × 5 pixels; make them alike/,
  ],
])('of pictures %s is named with row and column', async (_, name, says) => {
  await inFolder(async (folder) => {
    const rows = all.map(({ side, file }, i) => `${i === 7 ? name : file},${sides[side]}\n`)
    await laid(folder, { ...squares, ...odd, 'rows.csv': `file,side\n${rows.join('')}` })
    const run = ['train', join(folder, 'rows.csv'), '--label', 'side', '--x', 'file', '--steps', '1', ...small]
    const said = await refused(...run, '--out', join(folder, 'm'))
    expect(said).toMatch(says)
    expect(said).toContain('rows.csv, row 9, ')
  })
})

test.each([
  [
    'another rate',
    'fast.wav',
    /column "file": fast\.wav has 8000 samples a second, sound\.wav 4000 samples a second; make them alike/,
  ],
  ['no sound', 'broken.wav', /column "file": broken\.wav is no WAV file/],
  ['what is too short', 'short.wav', /column "file": short\.wav: .* there are 2 samples; a frame of 0\.025 s has 100/],
])('of recordings %s is named with row and column', async (_, name, says) => {
  await inFolder(async (folder) => {
    const rows = all.map(({ side }, i) => `${i === 7 ? name : 'sound.wav'},${sides[side]}\n`)
    await laid(folder, { ...odd, 'rows.csv': `file,side\n${rows.join('')}` })
    const run = [
      'train',
      join(folder, 'rows.csv'),
      '--label',
      'side',
      '--x',
      'file',
      '--bands',
      '8',
      '--steps',
      '1',
      ...small,
    ]
    const said = await refused(...run, '--out', join(folder, 'm'))
    expect(said).toMatch(says)
    expect(said).toContain('rows.csv, row 9, ')
  })
})

test('options of files, and files beside other columns, are refused where they say nothing', async () => {
  await inFolder(async (folder) => {
    const rows = all.map(({ side, down, file }) => `${file},${down},${sides[side]}\n`)
    await laid(folder, { ...squares, 'rows.csv': `file,down,side\n${rows.join('')}` })
    const file = join(folder, 'rows.csv')
    const run = ['--label', 'side', '--steps', '1', '--out', join(folder, 'm'), ...small]
    expect(await refused('train', file, ...run, '--x', 'file,down')).toContain(
      'file names files, which are read by themselves',
    )
    expect(await refused('train', file, ...run, '--x', 'file', '--bands', '8')).toContain('--bands is for recordings')
    expect(await refused('train', file, ...run, '--x', 'down', '--colours', 'rgb')).toContain(
      '--colours is for pictures',
    )
    expect(await refused('train', file, ...run, '--x', 'file', '--colours', 'red')).toContain('it is grey or rgb')
  })
})

/** What tables are trained on, prepared as `train` does. */
const preparedOf = (files: readonly string[], label: string, signal = new AbortController().signal) => {
  const options = { label, held: ['0'] }
  return tables.prepare(files, { asked: options, options, known: undefined, stored: undefined, signal })
}

test('tables of several folders: each names files as seen from its own', async () => {
  await inFolder(async (folder) => {
    const grey = [0, 100, 200].map((value) => png([[value, 255 - value]]))
    const rows = 'file,side\nsame.png,left\nsame.png,right\n'
    await laid(folder, { 'a/rows.csv': rows, 'b/rows.csv': rows, 'b/c/rows.csv': rows, 'd/rows.csv': rows })
    const pictures = { 'a/same.png': grey[0]!, 'b/same.png': grey[1]!, 'b/c/same.png': grey[2]! }
    await laid(folder, pictures)
    const named = ['b', 'a', 'b/c'].map((name) => join(folder, name, 'rows.csv'))
    const { data } = await preparedOf(named, 'side')
    const first = (data as Sequences).items.map(({ x }) => (x as { data: Float32Array }).data[0]!)
    expect(first[0]).toBe(first[1])
    expect(first[2]).toBeLessThan(first[0]!)
    expect(first[4]).toBeGreaterThan(first[0]!)
    // A pattern of folders, of which one lacks its picture.
    const all = ['train', join(folder, '*', 'rows.csv'), '--label', 'side', '--steps', '1', ...small]
    expect(await refused(...all, '--out', join(folder, 'm'))).toContain(
      `d/rows.csv, row 2, column "file": same.png: there is no file ${join(folder, 'd', 'same.png')}`,
    )
  })
})

test('Ctrl-C while pictures are read ends it before the next of them, and says that nothing came of it', async () => {
  await inFolder(async (folder) => {
    const names = ['0.png', '1.png', '2.png', 'broken.png']
    await laid(folder, {
      ...odd,
      ...Object.fromEntries(names.slice(0, 3).map((name) => [name, png([[1, 2]])])),
      'rows.csv': `file,side\n${names.map((name, i) => `${name},${sides[i % 2]}\n`).join('')}`,
    })
    const [file, out] = [join(folder, 'rows.csv'), join(folder, 'runs', 'm')]
    const run = ['train', file, '--label', 'side', '--out', out, ...small]
    const ended = await unrolled(run, { live: true, interruptWhen: (text) => text.includes('reading …') })
    expect(ended.code).toBe(130)
    expect(ended.err).toBe('interrupted while it was reading: nothing was trained, and no file was changed\n')
    expect(existsSync(join(folder, 'runs'))).toBe(false)
    // It is asked before each file, not once.
    let left = 3
    const reason = new Error('stopped')
    const signal = {
      throwIfAborted: () => {
        if (left-- === 0) throw reason
      },
    } as AbortSignal
    await expect(preparedOf([file], 'side', signal)).rejects.toBe(reason)
  })
})

test('a model that learnt from pictures takes nothing else for them', async () => {
  await inFolder(async (folder) => {
    const rows = all.map(({ side, file }) => `${file},${sides[side]}\n`)
    const [file, out] = [join(folder, 'rows.csv'), join(folder, 'm')]
    await laid(folder, { ...squares, ...odd, 'rows.csv': `file,side\n${rows.join('')}` })
    await printed('train', file, '--label', 'side', '--steps', '1', '--out', out, ...small)
    // Its bands would be as many as a picture is wide.
    for (const name of ['sound.wav', 'squares']) {
      await laid(folder, { 'new.csv': `file\n${name}\n` })
      expect(await refused('predict', out, join(folder, 'new.csv'))).toContain(
        `new.csv, row 2, column "file": ${name}: of pictures PNG and JPEG files are read`,
      )
    }
    const picture = join(folder, 'squares', '1.png')
    const advice = 'squares/1.png is no table; pictures are read where a column of a table names them'
    expect(await refused('predict', out, picture)).toContain(advice)
    expect(await refused('train', picture, '--label', 'side', '--out', join(folder, 'n'))).toContain(advice)
  })
})

test('pictures, held out or not, are kept once, as the model reads them', async () => {
  await inFolder(async (folder) => {
    const wide = png(Array.from({ length: 200 }, (_, y) => Array.from({ length: 200 }, (_, x) => (x * y) % 256)))
    const names = Array.from({ length: 100 }, (_, i) => `${i}.png`)
    await laid(folder, {
      ...Object.fromEntries(names.map((name) => [name, wide])),
      'rows.csv': `file,side\n${names.map((name, i) => `${name},${sides[i % 2]}\n`).join('')}`,
    })
    const held = (): number => process.memoryUsage().arrayBuffers
    let before = Infinity
    // What other tests left is gone where nothing goes any more.
    await collected(() => before === (before = held()))
    const options = { label: 'side' }
    const { signal } = new AbortController()
    const wanted = { asked: options, options, known: undefined, stored: undefined, signal }
    const run = await tables.prepare([join(folder, 'rows.csv')], wanted)
    const most = 1.1 * 4 * 200 * 200 * names.length
    await collected(() => held() - before < most)
    expect(held() - before).toBeLessThan(most)
    expect((run.data as Sequences).count).toBe(80)
  })
})
