#!/usr/bin/env node
import { createRequire } from 'node:module'
import { commands } from './commands.ts'
import { run } from './program.ts'
import { processTerminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('unrolled/package.json') as { version: string }
process.exitCode = await run(commands, version, process.argv.slice(2), processTerminal())
