#!/usr/bin/env node
import { createRequire } from 'node:module'
import { dataCommand } from './commands/data.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { generateCommand } from './commands/generate.ts'
import { doctorCommand } from './commands/doctor.ts'
import { nativeCommand } from './commands/native.ts'
import { predictCommand } from './commands/predict.ts'
import { showCommand } from './commands/show.ts'
import { trainCommand } from './commands/train.ts'
import { run } from './program.ts'
import { processTerminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('unrolled/package.json') as { version: string }
const commands = [
  trainCommand,
  generateCommand,
  predictCommand,
  evaluateCommand,
  dataCommand,
  showCommand,
  doctorCommand,
  nativeCommand,
]
process.exitCode = await run(commands, version, process.argv.slice(2), processTerminal())
