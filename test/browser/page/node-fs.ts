/** The one function of `node:fs` that tests of what is not about Node use, to read expected values: over the network. */
export function readFileSync(url: URL, encoding?: 'utf8'): string | Uint8Array {
  const request = new XMLHttpRequest()
  request.open('GET', url, false)
  // A synchronous request gives text only; this encoding keeps each byte in the low half of a character.
  request.overrideMimeType(`text/plain; charset=${encoding === 'utf8' ? 'utf-8' : 'x-user-defined'}`)
  request.send()
  if (request.status !== 200) throw new Error(`${url.href} cannot be read: ${request.status}`)
  const { responseText } = request
  return encoding === 'utf8' ? responseText : Uint8Array.from(responseText, (letter) => letter.charCodeAt(0) & 0xff)
}
