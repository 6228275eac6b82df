/**
 * The few lines of protobuf it takes to write an ONNX model (onnx.proto, IR version 8, operators of version 17): field numbers as
 * that file has them.
 */
const varint = (/** @type {number} */ value) => {
  const bytes = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 128)
  }
}
const number = (/** @type {number} */ field, /** @type {number} */ value) =>
  Buffer.concat([varint(field << 3), varint(value)])
const bytes = (/** @type {number} */ field, /** @type {Uint8Array} */ value) =>
  Buffer.concat([varint((field << 3) | 2), varint(value.byteLength), value])
const string = (/** @type {number} */ field, /** @type {string} */ value) => bytes(field, Buffer.from(value))
const message = (/** @type {number} */ field, /** @type {Buffer[]} */ ...parts) => bytes(field, Buffer.concat(parts))

const types = { float32: 1, int64: 7 }

/** A constant: AttributeProto and TensorProto know their data as little-endian bytes. */
export function constant(
  /** @type {string} */ name,
  /** @type {number[]} */ shape,
  /** @type {Float32Array | BigInt64Array} */ data,
) {
  const type = data instanceof Float32Array ? types.float32 : types.int64
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return message(5, ...shape.map((size) => number(1, size)), number(2, type), string(8, name), bytes(9, raw))
}

/** An operation; attributes are whole numbers. */
export const node = (
  /** @type {string} */ operation,
  /** @type {string[]} */ inputs,
  /** @type {string[]} */ outputs,
  /** @type {Record<string, number>} */ attributes = {},
) =>
  message(
    1,
    ...inputs.map((name) => string(1, name)),
    ...outputs.map((name) => string(2, name)),
    string(4, operation),
    ...Object.entries(attributes).map(([name, value]) => message(5, string(1, name), number(3, value), number(20, 2))),
  )

const port = (
  /** @type {number} */ field,
  /** @type {string} */ name,
  /** @type {'float32' | 'int64'} */ type,
  /** @type {(number | string)[]} */ shape,
) => {
  const sizes = shape.map((size) => message(1, typeof size === 'number' ? number(1, size) : string(2, size)))
  return message(field, string(1, name), message(2, message(1, number(1, types[type]), message(2, ...sizes))))
}
export const input = (name, type, shape) => port(11, name, type, shape)
export const output = (name, type, shape) => port(12, name, type, shape)

/** The file of a graph made of the above. */
export const onnxFile = (/** @type {Buffer[]} */ graph) =>
  Buffer.concat([number(1, 8), message(7, ...graph, string(2, 'model')), message(8, number(2, 17))])
