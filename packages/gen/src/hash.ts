import { createHash } from 'node:crypto'

/** 64 bits of SHA-256 in hexadecimal: short enough to read, long enough to distinguish signatures. */
export function shortHash(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
