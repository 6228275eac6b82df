import type { DoneEvent, TrainingRun } from 'unrolled'

/** Between lines where nobody watches, and between redrawings where somebody does. */
const quietMs = 10_000
const redrawMs = 200

/** Shows runs as they go: a line redrawn on a screen, a line now and then elsewhere. */
export function watcher(name: string, out: NodeJS.WriteStream): (run: TrainingRun) => Promise<DoneEvent> {
  const live = out.isTTY
  return async (run) => {
    let shown = 0
    let validation = ''
    for await (const event of run) {
      if (event.event === 'done') {
        if (live) out.write('\r\u001b[K')
        return event
      }
      if (event.event === 'validation') validation = `  validation ${event.validationLoss.toFixed(4)}`
      const now = performance.now()
      if (event.event !== 'step' || now - shown < (live ? redrawMs : quietMs)) continue
      shown = now
      const left = event.timeLeftMs === undefined ? '' : `  ${Math.round(event.timeLeftMs / 1000)} s left`
      const line = `  ${name}  epoch ${event.epoch.toFixed(2)}  loss ${event.loss.toFixed(4)}${validation}${left}`
      out.write(live ? `\r\u001b[K${line.slice(0, out.columns - 1)}` : `${line}\n`)
    }
    throw new Error('a run of train ends with what was done')
  }
}
