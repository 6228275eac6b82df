import type {
  EndInstruction,
  FillInstruction,
  Formula,
  GatherInstruction,
  GemmInstruction,
  GemmTaInstruction,
  Instruction,
  LoopInstruction,
  PackBlock,
  Place,
  RowsInstruction,
  ScatterAddInstruction,
  Span,
} from '../backends/backend.ts'
import type { SumRowsInstruction } from '../backends/program/sums.ts'
import type { Spot } from './arrays.ts'
import type { Over } from './spans.ts'

/** An instruction with its places still tied to buffers, and its rows to axes. */
export type Drafted<T> = T extends Place
  ? Spot
  : T extends Formula
    ? T
    : T extends readonly (infer U)[]
      ? readonly Drafted<U>[]
      : T extends object
        ? { readonly [K in keyof T as Exclude<K, keyof Span>]: Drafted<T[K]> } & (T extends Span
            ? { readonly over: Over }
            : unknown)
        : T

/** A product whose right-hand matrix is not packed yet. */
export type GemmDraft = Omit<Drafted<GemmInstruction>, 'pack'> & { readonly blocks: readonly Drafted<PackBlock>[] }
export type RowsDraft = Drafted<RowsInstruction>
export type GemmTaDraft = Drafted<GemmTaInstruction>
export type GatherDraft = Drafted<GatherInstruction>
export type ScatterAddDraft = Drafted<ScatterAddInstruction>
export type SumRowsDraft = Drafted<SumRowsInstruction>
export type FillDraft = Drafted<FillInstruction>

export type Draft =
  | GemmDraft
  | { [K in Instruction['kind']]: Drafted<Extract<Instruction, { kind: K }>> }[Exclude<
      Instruction['kind'],
      'gemm' | 'pack' | 'loop' | 'end'
    >]
  | LoopInstruction
  | EndInstruction
