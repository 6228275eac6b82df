#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { installPeers } from './install.mjs'

const help = `Measures Unrolled side by side with its peers, in one run on one machine.

  npm run bench -- train [--peers a,b] [--cases a,b] [--rounds 5] [--seconds 1] [--json]

  train      a training step of a character model: embedding, recurrent layers, softmax, Adam

  --peers    which peers; all of them if not given
  --cases    which cases: lstm-1x64, lstm-2x128, lstm-2x256, lstm-2x512, gru-2x256, rnn-2x256
  --rounds   rounds to take the median of; 5, and fewer for peers whose single step takes seconds
  --seconds  about how long a round of one peer lasts; 1
  --json     one JSON object at the end in place of the tables
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string' },
    cases: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const [what] = positionals
if (values.help || what === undefined) {
  process.stdout.write(help)
} else if (what === 'train') {
  installPeers()
  const { train } = await import('./train.mjs')
  await train({
    peers: values.peers?.split(','),
    cases: values.cases?.split(','),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    json: values.json,
  })
} else {
  process.stderr.write(`bench: there is no benchmark ${what}; known is train\n`)
  process.exitCode = 2
}
