// The mistakes that can be put into a TypeScript file: where each stands, and what is written there instead.
import ts from 'typescript'

/**
 * @typedef {{ start: number, end: number, replacement: string, kind: string, line: number }} Mutant
 */

const exchanged = new Map([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.PercentToken, '*'],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
  [ts.SyntaxKind.AsteriskEqualsToken, '/='],
])

/** Both sides of these are terms, either of which can be forgotten. */
const sums = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
])

/** @returns {Mutant[]} every mistake in the order of the text; types, imports and what errors say are left alone */
export function mutantsOf(text) {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2023, true)
  const found = []
  const add = (node, replacement, kind) => {
    const start = node.getStart(file)
    found.push({
      start,
      end: node.getEnd(),
      replacement,
      kind,
      line: file.getLineAndCharacterOfPosition(start).line + 1,
    })
  }
  const textOf = (node) => text.slice(node.getStart(file), node.getEnd())
  const visit = (node) => {
    if (isLeftAlone(node)) return
    for (const [place, replacement, kind] of mistakes(node, textOf)) add(place, replacement, kind)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The text with one mistake in it. */
export const mutated = (text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end)

function isLeftAlone(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isThrowStatement(node) ||
    (ts.isNewExpression(node) && node.expression.getText() === 'UnrolledError')
  )
}

/** @returns {[place: ts.Node, replacement: string, kind: string][]} */
function mistakes(node, textOf) {
  if (ts.isBinaryExpression(node)) return inBinary(node, textOf)
  if (ts.isNumericLiteral(node)) return inNumber(node)
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false', 'constant']]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true', 'constant']]
  if (ts.isIfStatement(node)) return inCondition(node.expression, textOf)
  if (ts.isConditionalExpression(node)) return inCondition(node.condition, textOf)
  if (ts.isPrefixUnaryExpression(node)) return inUnary(node, textOf)
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) return [[node, ';', 'dropped call']]
  if (ts.isCallExpression(node)) return inCall(node, textOf)
  return []
}

function inBinary(node, textOf) {
  const { operatorToken, left, right } = node
  const other = exchanged.get(operatorToken.kind)
  const isText = [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side))
  if (other === undefined || isText) return []
  const result = [[operatorToken, other, 'operator']]
  if (sums.has(operatorToken.kind)) {
    result.push([node, `(${textOf(left)})`, 'dropped term'], [node, `(${textOf(right)})`, 'dropped term'])
  }
  return result
}

function inNumber(node) {
  // A number that names a property or stands in a type is no constant.
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return []
  const value = Number(node.text)
  return [[node, value === 0 ? '1' : Number.isInteger(value) ? `${value + 1}` : `${value * 2}`, 'constant']]
}

const inCondition = (condition, textOf) => [[condition, `!(${textOf(condition)})`, 'condition']]

function inUnary(node, textOf) {
  const dropped = [ts.SyntaxKind.ExclamationToken, ts.SyntaxKind.MinusToken]
  if (!dropped.includes(node.operator)) return []
  return [[node, `(${textOf(node.operand)})`, 'operator']]
}

/** A call of something whose first argument could stand for the result: Math.max(a, b), neg(a). */
function inCall(node, textOf) {
  const [first] = node.arguments
  const isWrapper = first && !ts.isSpreadElement(first) && !ts.isExpressionStatement(node.parent)
  const takesValue =
    isWrapper && !ts.isFunctionLike(first) && !ts.isStringLiteralLike(first) && !ts.isObjectLiteralExpression(first)
  return takesValue ? [[node, `(${textOf(first)})`, 'dropped call']] : []
}
