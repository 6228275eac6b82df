/** Whether a file is a table, by its name. */
export const isTableFile = (file: string): boolean =>
  /\.(csv|tsv|tab|jsonl?|ndjson|parquet|conllu?|bio|fasta)(\.gz)?$/i.test(file)
