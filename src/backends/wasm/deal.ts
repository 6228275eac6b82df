/** Dealing the work of one call out among threads. */

import type { Formula } from '../backend.ts'

/** One way to deal a call out: by items, of which each thread gets a run. Fields are byte offsets in the frame. */
export interface Way {
  readonly items: Formula
  /** Items that stay together. */
  readonly grain: number
  /** The field that says how many there are. */
  readonly count: number
  /** Fields that go `scale · by` further with each item before the first. */
  readonly moves: readonly { readonly at: number; readonly by: Formula; readonly scale: number }[]
}

/** A call and the ways to deal it out; without any, the first thread does all of it. */
export interface Call {
  /** Two fields: the outer index it begins at, and whether there is anything to do. */
  readonly at: number
  readonly ways: readonly Way[]
}

/** The fields of a call besides its block. */
export const callFields = { first: 0, some: 4, bytes: 8 } as const

/** The first item of a thread; that of the thread behind the last is the number of items. */
export function firstItem(items: number, grain: number, thread: number, threads: number): number {
  const pieces = Math.ceil(items / grain)
  return Math.min(items, Math.floor((pieces * thread) / threads) * grain)
}

/** The items of the thread that has most of them, as a share of all: what a way is worth. */
export function largestShare(items: number, grain: number, threads: number): number {
  if (items === 0) return 1
  return Math.min(items, Math.ceil(Math.ceil(items / grain) / threads) * grain) / items
}
