import { readFileSync } from 'node:fs'
import process from 'node:process'
import { UsageError } from './exit.js'

/** There is no flag for the key itself, because all users of a machine can see command lines. */
const keyVariable = 'TSGOTRACE_KEY'

export interface KeyFlags {
	readonly keyFile?: string
}

/** The key for encrypted segments; undefined if none is given. @throws UsageError */
export function keyFrom({ keyFile }: KeyFlags): Uint8Array | undefined {
	if (keyFile !== undefined) {
		let bytes: Buffer
		try {
			bytes = readFileSync(keyFile)
		} catch (error) {
			throw new UsageError(`--key-file: ${(error as Error).message}`)
		}
		return bytes.length === 32 ? bytes : fromText(bytes.toString('latin1'), `'${keyFile}' does not contain a valid key`)
	}
	const text = process.env[keyVariable]
	if (text === undefined || text === '') return undefined
	return fromText(text, `${keyVariable} is not a valid key`)
}

function fromText(text: string, otherwise: string): Uint8Array {
	const trimmed = text.trim()
	if (/^[\da-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
	if (/^[\w+/-]{43}=?$/.test(trimmed)) return Buffer.from(trimmed, 'base64')
	throw new UsageError(`${otherwise}: a key is 32 bytes, in hex or base64, or raw in a file`)
}
