/*  npm run example examples/morse.ts [epochs] [messages]
 *
 * Many to many without alignment: letters out of a noisy Morse signal of any speed, of which nobody says where one begins (CTC).
 */
import { adam, evaluate, gru, predict, train, transcribed, transcriber, uniform } from 'unrolled'

const [epochs = 25, messages = 2000] = process.argv.slice(2).map(Number)
const code: Readonly<Record<string, string>> = {
  a: '.-',
  c: '-.-.',
  d: '-..',
  e: '.',
  i: '..',
  l: '.-..',
  n: '-.',
  o: '---',
  r: '.-.',
  s: '...',
  t: '-',
  u: '..-',
}
const letters = Object.keys(code)

/** A message of three to six letters: dots last about two frames, dashes and gaps between letters six, under noise. */
function message(seed: number) {
  const draw = (site: number, k: number): number => uniform(seed, site, 0, 0, k)
  const said = Array.from(
    { length: 3 + Math.floor(4 * draw(1, 0)) },
    (_, k) => letters[Math.floor(letters.length * draw(2, k))]!,
  )
  const speed = 1.5 + draw(3, 0)
  const key: number[] = [0, 0]
  const hold = (level: number, units: number): void => {
    const frames = Math.max(1, Math.round(units * speed * (0.8 + 0.4 * draw(4, key.length))))
    for (let i = 0; i < frames; i++) key.push(level)
  }
  for (const letter of said) {
    for (const sign of code[letter]!) {
      hold(1, sign === '.' ? 1 : 3)
      hold(0, 1)
    }
    hold(0, 2)
  }
  return { signal: key.map((level, i) => [level + 0.8 * (draw(5, i) - 0.5)]), said: said.join('') }
}

const rows = Array.from({ length: messages }, (_, i) => message(i))
const data = transcribed(rows, { x: 'signal', label: 'said' })
const model = transcriber(data, { cell: gru, hidden: 48, seed: 1 })
for await (const event of train(model, data, { epochs, batch: 32, validation: 0.05, optimizer: adam({ lr: 5e-3 }) })) {
  if (event.event === 'validation')
    console.log(`epoch ${event.epoch.toFixed(1)}: loss ${event.validationLoss.toFixed(3)}`)
}
const held = Array.from({ length: 100 }, (_, i) => message(messages + i))
console.log((await evaluate(model, transcribed(held, { like: model }))).table())
const { text, symbols } = await predict(model, held[0]!.signal)
console.log(
  `${held[0]!.said} is read as ${text}; its letters lie at frames ${symbols.map(({ from }) => from).join(', ')}`,
)
