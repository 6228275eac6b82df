// A model as a module, for the pages: written to the folder named, and what it says in Node.
import { gru, languageModel, text } from 'unrolled'
import { saveModule } from 'unrolled/node'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder] = process.argv.slice(2)
await saveModule(languageModel(text('call me ishmael'), { cell: gru, hidden: 12, seed: 2 }), folder)
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
const { load } = await import(pathToFileURL(join(folder, 'index.js')).href)
const { output } = (await load()).predict('me call')
writeFileSync(join(folder, 'said.json'), JSON.stringify([...output]))
