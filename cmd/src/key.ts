import { readFileSync } from 'node:fs'
import process from 'node:process'
import { usageError } from './output.js'

/** There is no flag for the key itself, because all users of a machine can see command lines. */
const VARIABLE = 'TSGOTRACE_KEY'

export interface KeyFlags {
	readonly keyFile?: string
}

/** The key for encrypted segments; undefined if none is given, 2 if it is invalid. */
export function keyFrom({ keyFile }: KeyFlags): Uint8Array | undefined | 2 {
	if (keyFile !== undefined) {
		let bytes: Buffer
		try {
			bytes = readFileSync(keyFile)
		} catch (error) {
			return usageError(`--key-file: ${(error as Error).message}`)
		}
		return (
			(bytes.length === 32 ? bytes : fromText(bytes.toString('latin1'))) ??
			usageError(`'${keyFile}' does not contain a valid key: ${expected}`)
		)
	}
	const text = process.env[VARIABLE]
	if (text === undefined || text === '') return undefined
	return fromText(text) ?? usageError(`${VARIABLE} is not a valid key: ${expected}`)
}

const expected = 'a key is 32 bytes, in hex or base64, or raw in a file'

function fromText(text: string): Uint8Array | undefined {
	const trimmed = text.trim()
	if (/^[\da-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
	if (/^[\w+/-]{43}=?$/.test(trimmed)) return Buffer.from(trimmed, 'base64')
	return undefined
}
