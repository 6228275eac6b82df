/** Reads the text of an entry that a kind of model keeps in its file; `otherwise` is what is meant where an older file has none. */
export type Entry = <Value>(name: string, read: (text: string) => Value, otherwise?: string) => Value
