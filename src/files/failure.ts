import { UnrolledError } from '../error.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in the way of a folder',
  EFBIG: 'the file would be too large for this disk',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the way of a folder',
  ENOTEMPTY: 'it is a folder',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ERR_FS_FILE_TOO_LARGE: 'it has more than 2 GiB',
}

export const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''

/** The error of something the file system refused: what was to be done, and why it was not. */
export function failure(code: 'file' | 'write', what: string, cause: unknown, and = ''): UnrolledError {
  const system = codeOf(cause)
  const reason = reasons[system] ?? (cause instanceof Error ? cause.message : String(cause))
  return new UnrolledError(code, `${what}: ${reason}${system in reasons ? ` (${system})` : ''}${and}`, { cause })
}
