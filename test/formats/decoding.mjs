// Decodes one file that is made here, and prints by how many times its size the process has grown at most. Run with --expose-gc.
import { decodeSafetensors } from '../../src/formats/safetensors.ts'

const size = 32 * 2 ** 20
const encoder = new TextEncoder()

/** A file as long as that, made without anything as long beside it: `piece` again and again between a beginning and an end. */
function hostile(begin, piece, end) {
  const file = new Uint8Array(size)
  let at = 8 + encoder.encodeInto(begin, file.subarray(8)).written
  for (let i = 0; at < size - 200; i++) at += encoder.encodeInto(piece.replace('#', i), file.subarray(at)).written
  at += encoder.encodeInto(end, file.subarray(at)).written
  new DataView(file.buffer).setUint32(0, size - 8, true)
  return file.fill(0x20, at)
}

function half() {
  const header = `{"w":{"dtype":"F16","shape":[${size / 2}],"data_offsets":[0,${size}]}}`
  const file = new Uint8Array(8 + header.length + size).fill(0x3c)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  encoder.encodeInto(header, file.subarray(8))
  return file
}

const files = {
  'half precision': half,
  'lists in lists': () => hostile('', '[', ''),
  'empty objects': () => hostile('{"w":[', '{},', '{}]}'),
  'a shape of many sizes': () => hostile('{"w":{"dtype":"F32","shape":[', '1,', '1],"data_offsets":[0,4]}}'),
  'one long name': () => hostile('{"', '\\n', '":1}'),
  'much metadata': () => hostile('{"__metadata__":{', '"#":"b",', '"c":"d"}}'),
  'many tensors': () => hostile('{', '"#":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},', '"w":1}'),
}

const file = files[process.argv[2]]()
globalThis.gc()
const before = process.resourceUsage().maxRSS
let said = 'read'
try {
  decodeSafetensors(file)
} catch (error) {
  said = error.code
}
console.log(JSON.stringify({ said, times: ((process.resourceUsage().maxRSS - before) * 1024) / file.length }))
