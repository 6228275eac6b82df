import type * as Parquet from 'hyparquet'
import type * as Compressors from 'hyparquet-compressors'
import { UnrolledError } from '../error.ts'
import { tooLarge, type SizeLimit } from './read-bytes.ts'

/** Whether bytes are those of a Parquet file. */
export const isParquet = (bytes: Uint8Array): boolean =>
  bytes.length > 4 && String.fromCharCode(...bytes.subarray(0, 4)) === 'PAR1'

/** The records of a Parquet file, read by `hyparquet`, which whoever has such files installs. */
export async function readParquet(
  bytes: Uint8Array,
  path: string,
  limit: SizeLimit,
): Promise<Record<string, unknown>[]> {
  const [{ parquetMetadata, parquetReadObjects }, { compressors }] = await parquetReader(path)
  const file = bytes.slice().buffer
  try {
    const metadata = parquetMetadata(file)
    const unpacked = metadata.row_groups.reduce((sum, { total_byte_size }) => sum + Number(total_byte_size), 0)
    if (unpacked > limit.bytes) throw tooLarge(`${path}, unpacked,`, unpacked, limit)
    return await parquetReadObjects({ file, metadata, compressors })
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause
    throw new UnrolledError(
      'file',
      `${path}: the Parquet file is damaged, or written in a way that hyparquet does not read: ${(cause as Error).message}`,
      { cause },
    )
  }
}

async function parquetReader(path: string): Promise<[typeof Parquet, typeof Compressors]> {
  try {
    return await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
  } catch (cause) {
    throw new UnrolledError(
      'file',
      `${path} is a Parquet file, which the packages hyparquet and hyparquet-compressors read: npm install hyparquet hyparquet-compressors`,
      { cause },
    )
  }
}
