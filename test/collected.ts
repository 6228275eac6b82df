import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects garbage until something holds, or it seems that it never will. */
export async function collected(done: () => boolean): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  for (let i = 0; i < 200; i++) {
    // What was looked at is held until its turn has ended.
    await turn()
    gc()
    if (done()) return
  }
}
