import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../src/error.ts'
import { parse, print, understand, type Meaning } from '../../src/equations/index.ts'
import { nearest } from '../../src/nearest.ts'

const canonical = (text: string): string => print(parse(text))

/** The error of a text: its message's first line, and what the caret stands under. */
function mistake(text: string): { message: string; line: number; under: string } {
  try {
    understand(text)
  } catch (error) {
    expect(error).toBeInstanceOf(UnrolledError)
    expect((error as UnrolledError).code).toBe('equations')
    const [first, source, caret] = (error as UnrolledError).message.split('\n')
    const [, line, message] = /^line (\d+): (.*)$/.exec(first!)!
    const at = caret!.indexOf('^')
    expect(caret!.trim()).toBe('^')
    return { message: message!, line: Number(line), under: source!.slice(at).split(' ')[0]! }
  }
  return expect.unreachable(`no error in ${text}`)
}

describe('canonical text', () => {
  test.each([
    // @ binds tighter than *, and to the right
    ["h' = r*W@h", "h' = r * W @ h"],
    ["h' = (r) * (W @ (h))", "h' = r * W @ h"],
    ["h' = U@V@h", "h' = U @ V @ h"],
    ["h' = U@(V@h)", "h' = U @ V @ h"],
    ["h' = W @ (a*h)", "h' = W @ (a * h)"],
    ["h' = W @ -h", "h' = W @ -h"],
    ["h' = -W @ h", "h' = -W @ h"],
    ["h' = (-W @ h)", "h' = -W @ h"],
    // left to right
    ["h' = a-(b-c)", "h' = a - (b - c)"],
    ["h' = (a-b)-c", "h' = a - b - c"],
    ["h' = a/(b*c)", "h' = a / (b * c)"],
    ["h' = a/b*c", "h' = a / b * c"],
    ["h' = (a+b)*c", "h' = (a + b) * c"],
    ["h' = a+(b*c)", "h' = a + b * c"],
    ["h' = -(a+b)", "h' = -(a + b)"],
    ["h' = --a", "h' = --a"],
    ["h' = a - -b", "h' = a - -b"],
    ["h' = (-a)*b", "h' = -a * b"],
    // the mathematician's signs
    ['h′ = σ(W·[h, x]) ⊙ h ∘ h − 1', "h' = sigmoid(W @ [h, x]) * h * h - 1"],
    ['h\u0303 = x', 'h~ = x'],
    ["h~' = x", "h~' = x"],
    // comparisons bind loosest
    ["h' = a+1<b*2", "h' = a + 1 < b * 2"],
    ["h' = (a>b)*h", "h' = (a > b) * h"],
    ["h' = (a<b)<(c)", "h' = (a < b) < c"],
    ["h' = -(a<b)+W@(a>b)", "h' = -(a < b) + W @ (a > b)"],
    ["h' = where(h>0, [a<b, c], (d))", "h' = where(h > 0, [a < b, c], d)"],
    // numbers behind vectors
    ["h' = leaky_relu(h, .2) + elu(h, -1e3)", "h' = leaky_relu(h, 0.2) + elu(h, -1000)"],
    ["h' = hard_sigmoid(h,.2,(-.5)) + rms(h, -0)", "h' = hard_sigmoid(h, 0.2, -0.5) + rms(h, 0)"],
    // numbers
    ["h' = .5 + 1. + 1e3 + 2E-7 + 1e+30", "h' = 0.5 + 1 + 1000 + 2e-7 + 1e30"],
    // the header
    ['size: h = projection, c=12\nx = 1', 'size: h = projection\nsize: c = 12\nx = 1'],
    ['name:  my cell \nsource: A # B\nx=1 # c', 'name: my cell\nsource: A # B\nx = 1'],
    ['init: u = uniform( -1,.5 ), W=orthogonal\nx=1', 'init: u = uniform(-1, 0.5)\ninit: W = orthogonal\nx = 1'],
    ['state: m=-1e30\nparam: p, q = hidden\nx=1', 'state: m = -1e30\nparam: p\nparam: q = hidden\nx = 1'],
    ['\uFEFFx = 1\r\n\r\ny = 2\r', 'x = 1\ny = 2'],
    ['α₁ = ωx_2', 'α₁ = ωx_2'],
  ])('%j', (text, expected) => {
    expect(canonical(text)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })
})

describe('meaning', () => {
  const sizes = (meaning: Meaning, name: string) => meaning.parameters.find((parameter) => parameter.name === name)!

  test('lines may stand in any order', () => {
    const { order } = understand("h' = (1 - z) * h + z * n\nn = tanh(W @ [r * h, x])\nr = z\nz = sigmoid(V @ x)")
    expect(order.map(({ name }) => name)).toEqual(['z', 'r', 'n', 'h'])
  })

  test('a primed name is the new value, an unprimed state the old one', () => {
    const { order } = understand("h' = tanh(c') + c\nc' = h + b")
    expect(order.map(({ name }) => name)).toEqual(['c', 'h'])
  })

  test('sizes follow from use; what nothing fixes is hidden', () => {
    const meaning = understand(
      "size: y = output\nh' = tanh(U @ x + W @ h + b)\na = A @ [B @ x, x]\ny = V @ a * p0\nparam: p0",
    )
    expect(sizes(meaning, 'U')).toMatchObject({ rows: { hidden: 1 }, columns: { input: 1, hidden: 0 } })
    expect(sizes(meaning, 'b')).toMatchObject({ columns: { hidden: 1 } })
    expect(sizes(meaning, 'A')).toMatchObject({ rows: { hidden: 1 }, columns: { hidden: 1, input: 1 } })
    expect(sizes(meaning, 'V')).toMatchObject({ rows: { output: 1 }, columns: { hidden: 1 } })
    expect(sizes(meaning, 'p0')).toMatchObject({ columns: { output: 1 } })
    expect(meaning.outputSize).toMatchObject({ output: 1, hidden: 0 })
  })

  test('a size flows back through a line', () => {
    const meaning = understand("a = W @ h + b\nh' = h\ny = a * x")
    expect(sizes(meaning, 'W')).toMatchObject({ rows: { input: 1, hidden: 0 }, columns: { hidden: 1 } })
    expect(sizes(meaning, 'b')).toMatchObject({ columns: { input: 1 } })
  })

  test('a single column goes with any size', () => {
    const meaning = understand("size: k = 1\nparam: k\nh' = k * h + V @ [h, 1]")
    expect(sizes(meaning, 'k')).toMatchObject({ columns: { number: 1, hidden: 0 } })
    expect(sizes(meaning, 'V')).toMatchObject({ columns: { number: 1, hidden: 1 } })
  })

  test('a name is a function only before a bracket, so that no function to come makes a text unreadable', () => {
    const { order, states } = understand("sum = mean(W @ x) * where\nwhere = h\nrms' = sum(sum) + rms\nh' = sum")
    expect(order.map(({ name }) => name)).toEqual(['where', 'sum', 'rms', 'h'])
    expect(states.map(({ name }) => name)).toEqual(['rms', 'h'])
  })

  test('a function over the columns gives one', () => {
    const meaning = understand("h' = h * mean(x) + V @ [sum(h), rms(x)]")
    expect(sizes(meaning, 'V')).toMatchObject({ rows: { hidden: 1 }, columns: { number: 2, hidden: 0, input: 0 } })
  })

  test.each([
    ["y = h' * 2\nh' = x1\nx1 = b", 'y', false],
    ["y' = c\nh' = y\nc' = h", 'y', true],
    ["c' = h\nh' = c", 'h', true],
    ["s' = s", 's', true],
    ['y = x', 'y', false],
  ])('the output of %j', (text, name, primed) => {
    expect(understand(text).output).toMatchObject({ name, primed })
  })

  test('blocks are orthogonal where recurrent, else Glorot; vectors zero; the header overrides', () => {
    const blocks = (text: string, name: string) => sizes(understand(text), name).blocks.map(({ init }) => init)
    const gru = "r = sigmoid(Wr @ [h, x] + br)\nh' = tanh(Wn @ [r * h, x, W @ h] + V @ r)"
    expect(blocks(gru, 'Wr')).toEqual(['orthogonal', 'glorot'])
    expect(blocks(gru, 'Wn')).toEqual(['orthogonal', 'glorot', 'glorot'])
    expect(blocks(gru, 'V')).toEqual(['glorot'])
    expect(blocks(gru, 'br')).toEqual([0])
    expect(blocks(`init: Wr = 0.5, br = normal\n${gru}`, 'Wr')).toEqual([0.5, 0.5])
    expect(blocks(`init: Wr = 0.5, br = normal\n${gru}`, 'br')).toEqual(['normal'])
    // through a line; not through a new value
    expect(blocks("a = [x, stop(2 * h)]\nh' = W @ a", 'W')).toEqual(['glorot', 'orthogonal'])
    expect(blocks("a = [x, h]\nu0 = a\nv = u0\nh' = W @ v", 'W')).toEqual(['glorot', 'orthogonal'])
    expect(blocks("h' = u0 * h + b\nu0 = x2\nx2 = B @ x\ny = V @ h'", 'V')).toEqual(['glorot'])
  })
})

describe('mistakes name the line, point at the place, and say what would be right', () => {
  test.each<[text: string, line: number, under: string, message: RegExp | string]>([
    // tokens and grammar
    ["h' = h $ x", 1, '$', 'unexpected character "$"'],
    ["\nh' = 😀", 2, '😀', 'unexpected character "😀"'],
    ["h'' = x", 1, "'", 'one prime'],
    ["h' = 1e999", 1, '1e999', 'too large'],
    [`h' = ${'9'.repeat(400)}`, 1, '9'.repeat(95), /^9{20} is too large/],
    ["h' = (h + x", 1, '', 'the end of the line where ) was expected'],
    ["h' = h + x)", 1, ')', ') is not expected here'],
    ["h' = h + ", 1, '', 'where a name, a number or ( was expected'],
    [
      "h' = h x",
      1,
      'x',
      "no sign stands before x: a matrix on a vector is written W @ x, element by element a * b; write: h' = h * x",
    ],
    ["h'", 1, '', 'the end of the line where = was expected'],
    ['= h', 1, '=', '= where a name was expected'],
    ["h' = []", 1, '[]', 'nothing stands between the brackets'],
    ["h' = [h, x", 1, '', 'where , or ] was expected'],
    ["h' = (W + V) @ h", 1, '(W', /left of @ stands the name of a matrix/],
    ["h' = (W + V) @ h", 1, '(W', /element by element, write \*/],
    ["h' = h' @ h", 1, "h'", /left of @ stands the name of a matrix/],
    ["h' = 2 @ h", 1, '2', /left of @ stands the name of a matrix/],
    // the notation of papers and blackboards
    ["s' = tanh(U x + W s)", 1, 'x', /; write: s' = tanh\(U @ x \+ W @ s\)$/],
    [
      "h' = h\ns_t = tanh(U x_t + W s_{t-1})",
      2,
      '_{t-1})',
      /time is not written.*; write: s' = tanh\(U @ x \+ W @ s\)$/,
    ],
    ['s_{t} = tanh(U x_{t} + W s_{t−1})', 1, '_{t}', /; write: s' = tanh\(U @ x \+ W @ s\)$/],
    ['y_t = V s_t\ns_t = tanh(U x_t + W s_{t-1})', 1, 's_t', /; write: y = V @ s'$/],
    ["h' = tanh(W_{xh} @ x + W_{hh} @ h)", 1, '_{xh}', /; write: h' = tanh\(W_xh @ x \+ W_hh @ h\)$/],
    [
      "h' = tanh(W @ x_t)",
      1,
      'x_t)',
      /there is no x_t; time is not written: s is a state's old value, .*; write: h' = tanh\(W @ x\)$/,
    ],
    ["h' = 2 h + (1 - z) h", 1, 'h', /; write: h' = 2 \* h \+ \(1 - z\) \* h$/],
    [
      "h' = tanh(U(x) + b)",
      1,
      'U(x)',
      /there is no function U; to multiply, write \* or @: h' = tanh\(U @ \(x\) \+ b\)$/,
    ],
    ["h' = [W x, h]", 1, 'x,', /; write: h' = \[W @ x, h\]$/],
    // as it stands it cannot be read at all
    ["h' = W x $ {", 1, '$', 'unexpected character "$"'],
    ["h' = W @ x ({)", 1, '{)', 'unexpected character "{"'],
    [
      "h' = tanh(Ux + Wh)",
      1,
      'Ux',
      'Ux is one name, a vector, and no line reads the input x; a matrix on it is written U @ x',
    ],
    // functions
    ["a = x\nh' = sigmod(h)", 2, 'sigmod(h)', 'there is no function sigmod; did you mean sigmoid?'],
    ["h' = h (x)", 1, 'h', 'there is no function h; to multiply, write * or @'],
    // Several things in brackets are no factor.
    ["h' = dropout(W @ h, 0.5)", 1, 'dropout(W', 'there is no function dropout; there are sigmoid, tanh, '],
    ["h' = q([h, x])", 1, 'q([h,', 'there is no function q; to multiply, write * or @'],
    ["h' = tanh * h", 1, 'tanh', 'tanh is a function: tanh(...)'],
    ["h' = clip(h, 1)", 1, 'clip(h,', 'clip takes 3 vectors, with commas between, not 2'],
    ["h' = tanh(h, x)", 1, 'tanh(h,', 'tanh takes one vector, not 2'],
    ["h' = where(h > 0, h)", 1, 'where(h', 'where takes 3 vectors, with commas between, not 2'],
    ["h' = leaky_relu(h, 1, 2)", 1, 'leaky_relu(h,', 'leaky_relu takes one vector and may take slope, not 3'],
    ["h' = leaky_relu(h, b)", 1, 'b)', 'the slope of leaky_relu is a number; it cannot be computed'],
    ["h' = elu(h, 1 + 1)", 1, '+', 'the alpha of elu is a number'],
    ["h' = hard_sigmoid(h, 0, 0.5)", 1, '0,', 'the slope of hard_sigmoid is 0; it must be above 0'],
    ["h' = h / rms(h, -1e-5)", 1, '-1e-5)', 'the epsilon of rms is -0.00001; it must be at least 0'],
    ["h' = tanh @ h", 1, 'tanh', 'tanh is a function: tanh(...)'],
    // comparisons
    ["h' = 0 < h < 1", 1, '<', 'two comparisons in a row; write (a < b) * (b < c)'],
    ["h' = h > 0 < 1", 1, '<', 'two comparisons in a row'],
    ["h' = h <= 0", 1, '<=', 'there is no <=; it is written 1 - (a > b)'],
    ["h' = h ≥ 0", 1, '≥', 'there is no ≥; it is written 1 - (a < b)'],
    ["h' = where(x == 0, h, x)", 1, '==', 'there is no ==; it is written 1 - (a < b) - (a > b)'],
    ["h' = h != x", 1, '!=', 'there is no !=; it is written (a < b) + (a > b)'],
    ["h' = h ** 2", 1, '**', 'there is no **; it is written a * a, or exp(b * log(a))'],
    ["h' = h^2", 1, '^2', 'there is no ^; it is written a * a, or exp(b * log(a))'],
    // names
    ["h' = tanh(hiden)", 1, 'hiden)', /there is no hiden/],
    ["gate = x\nh' = tanh(W @ gatte)", 2, 'gatte)', 'there is no gatte; did you mean gate?'],
    ["h' = q * h", 1, 'q', 'a parameter begins with a capital or with b, or is declared by a line param: q'],
    ["h' = w @ h", 1, 'w', /there is no w; /],
    ["h' = c'", 1, "c'", "c' is the new value of a state, and no line gives one"],
    ["cell' = h\nh' = cel'", 2, "cel'", "did you mean cell'?"],
    ["h' = x\nx = h", 2, 'x', 'x is the input; it cannot be defined'],
    ['hidden = 1', 1, 'hidden', 'hidden is a size; it cannot be defined'],
    ["h' = input", 1, 'input', 'input is a size, not a vector'],
    ["h' = x'", 1, "x'", 'no line gives one'],
    ["h' = x @ h", 1, 'x', 'x is the input; left of @ stands a matrix'],
    ["h' = h @ h", 1, 'h', 'h is a state; left of @ stands a matrix'],
    ["z = h\nh' = z @ h", 2, 'z', 'z is a vector; left of @ stands a matrix'],
    ["h' = W @ h + W", 1, 'W', 'W is a matrix in line 1 and a vector here'],
    ["constructor' = x", 1, "constructor'", 'means something else to JavaScript'],
    // definitions
    ["h' = h\nz = x\nz = h", 3, 'z', 'z is defined a second time; the first is in line 2'],
    ["h' = h\nh' = x", 2, "h'", "h' is defined a second time"],
    ["h' = h\nh = x", 2, 'h', 'h is a state, since line 1 gives it a new value'],
    ["h' = z\nz = r\nr = 1 - z", 2, 'z', 'z needs its own value: z needs r needs z'],
    ["h' = c' + 1\nc' = h' * h", 1, "h'", "h' needs its own value: h' needs c' needs h'"],
    ["h' = h\nz = h", 2, 'z', 'z is defined, but no line uses it'],
    ["h' = b'\nb' = h'\n", 1, "h'", "h' needs b' needs h'"],
    ["a' = c\nc' = a", 2, "c'", 'there are the states a, c and none is called h; say by a line y = ...'],
    ['z = x\nq = z', 2, 'q', /q is defined, but no line uses it/],
    // header
    ["nme: gru\nh' = h", 1, 'nme:', 'there is no header nme:; headers are name:'],
    ["nme: gru\nh' = h", 1, 'nme:', 'did you mean name:?'],
    [`${'n'.repeat(60)}: gru\nh' = h`, 1, `${'n'.repeat(60)}:`, / header n{40}:/],
    ["name: a\nname: b\nh' = h", 2, 'name:', 'a second name:'],
    ["name:\nh' = h", 1, 'name:', 'nothing stands after name:'],
    [
      "size: h = hiden\nh' = h",
      1,
      'hiden',
      'hiden is not a size; sizes are hidden, input, output, projection or a number; did you mean hidden?',
    ],
    ["size: h = 0\nh' = h", 1, '0', 'a size is a whole number from 1'],
    ["size: h = 1.5\nh' = h", 1, '1.5', 'a size is a whole number from 1'],
    ["size: g = 3\nh' = h", 1, 'g', 'g is not a name of these equations'],
    ["size: h 3\nh' = h", 1, '3', '3 where = was expected'],
    ["init: W = ortogonal\nh' = W @ h", 1, 'ortogonal', 'did you mean orthogonal?'],
    ["init: b = orthogonal\nh' = h + b", 1, 'b', 'b is a vector; orthogonal is for matrices'],
    ["init: bz = 1\nh' = h + bg", 1, 'bz', 'bz is not a parameter; did you mean bg?'],
    ["init: b = uniform(1, 0)\nh' = h + b", 1, 'uniform(1,', 'wants lo below hi'],
    ["init: b = 1\ninit: b = 2\nh' = h + b", 2, 'b', 'b stands in such a header twice'],
    ["state: c = 1\nh' = h", 1, 'c', 'c is not a state'],
    ["state: h = one\nh' = h", 1, 'one', 'one where a number was expected'],
    ["param: p\nh' = h", 1, 'p', 'the parameter p is declared, but no line uses it'],
    ["param: h\nh' = h", 1, 'h', 'h is a state; it cannot be a parameter'],
    ["param: z\nz = x\nh' = z", 1, 'z', 'z cannot be a parameter: line 2 defines it'],
    ["param: p'\nh' = h", 1, "p'", 'names without a prime'],
  ])('%j', (text, line, under, message) => {
    const found = mistake(text)
    expect(found.message).toMatch(message)
    expect(found).toMatchObject({ line, under })
  })

  test.each<[text: string, line: number, under: string, ...messages: string[]]>([
    ["z = sigmoid(W @ [h, x])\nh' = z * h + V @ x * x", 2, '+', 'left is hidden and right is input'],
    ["h' = tanh(W @ x + W @ h)", 1, 'W', 'W is hidden × input in line 1', 'it would have to be hidden × hidden'],
    ["a = W @ [h, x]\nh' = a + W @ h", 2, 'W', 'W is hidden × (hidden + input) in line 1', 'hidden × hidden'],
    ["h' = x", 1, "h'", "h' is hidden, but its equation gives input", 'size: h = ...'],
    ["size: h = 7\nh' = [x, x]", 2, "h'", "h' is 7, but its equation gives 2 input"],
    ["size: g = 3\ng = U @ x\nh' = g + h", 3, '+', 'left is 3 and right is hidden'],
    ["h' = max(h, x)", 1, 'max(h,', 'left is hidden and right is input'],
    ["h' = Wz * x + h", 1, '+', 'left is input and right is hidden'],
    ["h' = h * [h, x]", 1, '*', 'right is hidden + input', 'a matrix on a vector is written @'],
    ["a = [b1, b2]\nh' = a", 2, "h'", "h' is hidden, but its equation gives 2 hidden"],
    ["h' = W @ h + W @ [x1, x1]\nsize: x1 = 3\nx1 = V @ x", 1, 'W', 'hidden × hidden', 'hidden × 6'],
  ])('both sizes in %j', (text, line, under, ...messages) => {
    const found = mistake(text)
    for (const message of messages) expect(found.message).toContain(message)
    expect(found).toMatchObject({ line, under })
  })

  test('a caret stands under its place in a long and in an indented line', () => {
    const long = `h' = ${'h + '.repeat(300)}oops`
    expect(mistake(long)).toMatchObject({ under: 'oops', line: 1 })
    expect(mistake(`\n\t   h' = oops`)).toMatchObject({ under: 'oops', line: 2 })
  })

  test('hostile texts end in an error', () => {
    const bad = (text: string): string => {
      try {
        understand(text)
      } catch (error) {
        expect(error).toBeInstanceOf(UnrolledError)
        return (error as Error).message
      }
      return expect.unreachable()
    }
    expect(bad('')).toContain('without an equation')
    expect(bad('# nothing')).toContain('without an equation')
    expect(bad(undefined as never)).toBe('equations are a text, not undefined')
    expect(bad('a'.repeat(70_000))).toContain('at most 65536')
    expect(bad(`h' = ${'('.repeat(30_000)}h`)).toContain('more than 200 brackets')
    expect(bad(`h' = ${'-'.repeat(60_000)}h`)).toContain('more than 200 brackets')
    expect(bad(`h' = ${'W @ '.repeat(10_000)}h`)).toContain('more than 200 brackets')
    expect(bad(`h' = ${'h + '.repeat(15_000)}h`)).toContain('more than 2000 operations')
    expect(bad(Array.from({ length: 4000 }, (_, i) => `a${i} = a${i + 1}`).join('\n'))).toContain('more than 2000')
    const doubling = (by: (name: string) => string): string =>
      ['a0 = h', ...Array.from({ length: 60 }, (_, i) => `a${i + 1} = ${by(`a${i}`)}`), "h' = W @ a60"].join('\n')
    expect(bad(doubling((a) => `[${a}, ${a}]`))).toContain('side by side')
    expect(bad(doubling((a) => `tanh([${a}, ${a}])`))).toContain('side by side')
    expect(bad(doubling((a) => `tanh([${a}, ${a}, b])`).replace('a0 = h', 'a0 = b'))).toContain('side by side')
  })

  test('long chains are fine', () => {
    const chain = ['a0 = h', ...Array.from({ length: 900 }, (_, i) => `a${i + 1} = -a${i}`), "h' = a900"].reverse()
    expect(understand(chain.join('\n')).order.length).toBe(902)
  })
})

test('the nearest name', () => {
  expect(nearest('sigmod', ['tanh', 'sigmoid'])).toBe('sigmoid')
  expect(nearest('hidden_size', ['hidden', 'layers'])).toBeUndefined()
  expect(nearest('epcohs', ['epochs', 'every'])).toBe('epochs')
  expect(nearest('LSTM', ['gru', 'lstm'])).toBe('lstm')
  expect(nearest('q', ['h', 'x'])).toBeUndefined()
  expect(nearest('bz', ['bg'])).toBe('bg')
})
