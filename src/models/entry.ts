/** Reads the text of an entry that a kind of model keeps in its file. */
export type Entry = <Value>(name: string, read: (text: string) => Value) => Value
