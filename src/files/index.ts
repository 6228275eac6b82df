export * from './expand.ts'
export * from './read-bytes.ts'
export * from './read-text-files.ts'
export * from './write-safely.ts'
