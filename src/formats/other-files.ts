import { quoted } from '../printable.ts'

/** A kind of file that people take for safetensors: how it is told, and what to do with it. */
interface OtherKind {
  readonly is: (bytes: Uint8Array, head: string) => boolean
  readonly message: string
}

const starts =
  (...wanted: number[]): OtherKind['is'] =>
  (bytes) =>
    wanted.every((byte, i) => bytes[i] === byte)
const named =
  (pattern: RegExp): OtherKind['is'] =>
  (bytes, head) =>
    pattern.test(head) && isZip(bytes)
const text =
  (pattern: RegExp): OtherKind['is'] =>
  (_, head) =>
    pattern.test(head)
const isZip = (bytes: Uint8Array): boolean => starts(0x50, 0x4b, 0x03, 0x04)(bytes, '')

const fromPyTorch =
  'in Python, save the weights by `safetensors.torch.save_file(model.state_dict(), ...)` and read those with fromPyTorch'
const fromKeras = 'in Python, take the arrays of `model.get_weights()` and save them by `safetensors.numpy.save_file`'

/** The first that fits is it. */
const kinds: readonly OtherKind[] = [
  {
    is: (bytes) => bytes.length === 0,
    message: 'it is empty: nothing was saved or downloaded; it was cut off at once',
  },
  {
    is: text(/^version https:\/\/git-lfs/),
    message: 'it is a Git LFS pointer, not the file it stands for; `git lfs pull` fetches that',
  },
  {
    is: text(/^\s*(<!doctype html|<html|<head|<body)/i),
    message:
      'it is a web page (HTML), such as a server answers where it has no such file; look at the address and at `response.ok`',
  },
  { is: text(/^\s*<(\?xml|Error\b)/), message: 'it is XML, such as a store of files answers where it refuses one' },
  {
    is: named(/\.keras|model\.weights\.h5|config\.json|metadata\.json/),
    message: `it is a Keras file (.keras); ${fromKeras}`,
  },
  { is: named(/\.npy/), message: "it is NumPy's .npz; in Python, save the arrays by `safetensors.numpy.save_file`" },
  { is: named(/\.pkl|archive\/|\/version|byteorder/), message: `it is a PyTorch file (.pt, .pth); ${fromPyTorch}` },
  { is: isZip, message: `it is a zip archive; if PyTorch wrote it (.pt, .pth): ${fromPyTorch}` },
  {
    is: (bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    message: `it is a Python pickle, such as an older torch.save wrote; ${fromPyTorch}`,
  },
  { is: starts(0x1f, 0x8b), message: 'it is compressed by gzip; unpack it first (loadModel and readTensors do)' },
  { is: starts(0x28, 0xb5, 0x2f, 0xfd), message: 'it is compressed by Zstandard; unpack it first' },
  { is: starts(0x89, 0x48, 0x44, 0x46), message: `it is HDF5, such as Keras writes (.h5); ${fromKeras}` },
  {
    is: starts(0x47, 0x47, 0x55, 0x46),
    message: 'it is GGUF, a format of large language models that is not read here',
  },
  {
    is: starts(0x93, 0x4e, 0x55, 0x4d),
    message: "it is NumPy's .npy; in Python, save the array by `safetensors.numpy.save_file`",
  },
  {
    is: (bytes) => starts(0x54, 0x46, 0x4c, 0x33)(bytes.subarray(4), ''),
    message: 'it is TensorFlow Lite, which is not read here',
  },
  {
    // ir_version, a small number, and then the next field of a ModelProto.
    is: (bytes) => bytes[0] === 8 && bytes[1]! < 32 && [0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42].includes(bytes[2]!),
    message:
      'it is an ONNX model, of which only weights can be used here: in Python, save its initializers by `safetensors.numpy.save_file`',
  },
  {
    is: text(/^\s*[{[]\s*["{[\]}]/),
    message: "it is JSON, not safetensors; a server's message, or a model.json whose weights lie in files beside it",
  },
]

/** What a file is that is not safetensors, and what would be right; undefined where it is none of the usual ones. */
export function otherKind(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 256)).replace(/^\xef\xbb\xbf/, '')
  const known = kinds.find(({ is }) => is(bytes, head))
  if (known) return known.message
  const line = /^[\t\r\n\x20-\x7e]{24}/.test(head) ? head.split(/[\r\n]/)[0]! : undefined
  return line === undefined
    ? undefined
    : `it is a text, not a safetensors file: it begins with ${quoted(line.slice(0, 60))}`
}
