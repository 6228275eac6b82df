/** Whether the event loop has had a turn since this was called, told by a message and by no clock. */
export function turnAfterNow(): { readonly taken: boolean } {
  const turn = { taken: false }
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    turn.taken = true
    port1.close()
  }
  port2.postMessage(0)
  return turn
}
