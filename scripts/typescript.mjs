/** For `node --conditions=source --import ./scripts/typescript.mjs FILE.ts`: runs our TypeScript sources as they stand. */
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
