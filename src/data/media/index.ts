export * from './decoders.ts'
export type { MelOptions } from './mel-options.ts'
export type { Picture, PictureOptions } from './picture.ts'
export type { Sound } from './sound.ts'
