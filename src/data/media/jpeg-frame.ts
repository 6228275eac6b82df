import { UnrolledError } from '../../error.ts'
import { checkExtent } from './picture.ts'

/** One colour of a picture: how it is sampled, and its blocks of 8 × 8 coefficients, row by row, each in rows too. */
export interface Component {
  readonly id: number
  /** Samples beside and above each other for one of the coarsest component. */
  readonly across: number
  readonly down: number
  /** The number of its table of steps. */
  readonly table: number
  /** Samples that the picture needs. */
  readonly width: number
  readonly height: number
  /** Blocks beside and above each other, those that fill up the last units included. */
  readonly columns: number
  readonly rows: number
  readonly coefficients: Int16Array
}

/** What a JPEG file says of its picture. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly progressive: boolean
  /** Units of blocks beside and above each other. */
  readonly unitsAcross: number
  readonly unitsDown: number
  readonly components: readonly Component[]
}

/** A frame's header (ITU-T T.81, B.2.2). */
export function frameIn(content: DataView, progressive: boolean, name: string): Frame {
  const fail = (what: string): never => {
    throw new UnrolledError('data', `${name}: ${what}`)
  }
  const count = content.byteLength < 6 ? 0 : content.getUint8(5)
  if (content.byteLength < 6 + 3 * count) fail('the JPEG file says nothing of its picture')
  if (content.getUint8(0) !== 8) fail(`its samples have ${content.getUint8(0)} bits; JPEG files of 8 are read`)
  const [height, width] = [content.getUint16(1), content.getUint16(3)]
  if (width === 0 || height === 0) fail(`${width} × ${height} pixels are no picture`)
  checkExtent(width, height, name)
  if (count !== 1 && count !== 3) fail(`it has ${count} colours, as for print; save it in RGB or grey`)
  const told = Array.from({ length: count }, (_, i) => {
    const [id, factors, table] = [0, 1, 2].map((k) => content.getUint8(6 + 3 * i + k)) as [number, number, number]
    return { id, across: factors >> 4, down: factors & 15, table }
  })
  if (told.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) {
    fail('the JPEG file is damaged: a colour is sampled in no way that there is')
  }
  const most = {
    across: Math.max(...told.map(({ across }) => across)),
    down: Math.max(...told.map(({ down }) => down)),
  }
  const [unitsAcross, unitsDown] = [Math.ceil(width / 8 / most.across), Math.ceil(height / 8 / most.down)]
  const components = told.map((one): Component => {
    const [columns, rows] = [unitsAcross * one.across, unitsDown * one.down]
    return {
      ...one,
      width: Math.ceil((width * one.across) / most.across),
      height: Math.ceil((height * one.down) / most.down),
      columns,
      rows,
      coefficients: new Int16Array(columns * rows * 64),
    }
  })
  return { width, height, progressive, unitsAcross, unitsDown, components }
}
