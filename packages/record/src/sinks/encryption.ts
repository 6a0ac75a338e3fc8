// Encrypted segments: FORMAT.md, "Compression and encryption". They are read by read/decrypt.ts.
import type { CipherGCM } from 'node:crypto'
import type { Transform } from 'node:stream'
import { cipherName, magic, nonceLength, startsSealed, tagLength } from '@tsgotrace/trace/format/sealed'
import { closeSync, openSync, readSync, renameSync, rmSync } from '../process/fs.js'
import { writeAll } from './write.js'

/** Bytes read at a time. */
export const readSize: number = 1 << 20

/** @throws RangeError for a key that does not have 32 bytes */
export function checkKey(key: Uint8Array): void {
	if (!(key instanceof Uint8Array))
		throw new TypeError(`record: rotate.key must be a Uint8Array of 32 bytes, not ${typeof key}`)
	if (key.length !== 32) throw new RangeError(`record: rotate.key must have 32 bytes, not ${key.length}`)
}

/** A cipher, and the header before its output. */
function begin(key: Uint8Array): { cipher: CipherGCM; head: Buffer } {
	// Loaded only here: most recordings are not encrypted.
	const { createCipheriv, randomBytes } = process.getBuiltinModule('node:crypto')
	const nonce = randomBytes(nonceLength)
	return { cipher: createCipheriv(cipherName, key, nonce), head: Buffer.concat([magic, nonce]) }
}

/** Encrypts the bytes piped through it. */
export function encrypting(key: Uint8Array): Transform {
	const { cipher, head } = begin(key)
	let begun = false
	return new (process.getBuiltinModule('node:stream').Transform)({
		transform(chunk: Buffer, _, done) {
			if (!begun) this.push(head)
			begun = true
			done(null, cipher.update(chunk))
		},
		flush(done) {
			this.push(cipher.final())
			done(null, cipher.getAuthTag())
		},
	})
}

/**
 * Replace a file in clear by an encrypted one, with `.enc` appended to its name. Synchronous, because the process may
 * be ending, and in pieces, because the file may be large.
 */
export function encryptFile(path: string, key: Uint8Array): void {
	const { cipher, head } = begin(key)
	const temporary = `${path}.tmp`
	const from = openSync(path, 'r')
	try {
		const to = openSync(temporary, 'w')
		try {
			writeAll(to, head)
			const buffer = Buffer.allocUnsafe(readSize)
			for (let read = readSync(from, buffer); read > 0; read = readSync(from, buffer))
				writeAll(to, cipher.update(buffer.subarray(0, read)))
			writeAll(to, Buffer.concat([cipher.final(), cipher.getAuthTag()]))
		} finally {
			closeSync(to)
		}
		renameSync(temporary, `${path}.enc`)
	} catch (error) {
		rmSync(temporary, { force: true })
		throw error
	} finally {
		closeSync(from)
	}
	rmSync(path)
}

/**
 * Decrypt a segment that was encrypted with `rotate.key`.
 *
 * @param bytes the content of an `.enc` file
 * @param key the 32 bytes that it was encrypted with
 * @returns the trace, or its gzip if the file is a `.gz.enc`
 * @throws if it is not an encrypted segment, if the key is wrong, or if the file was truncated or changed
 * @example
 * import { writeFileSync, readFileSync, existsSync } from 'node:fs'
 * import { decryptSegment } from '@tsgotrace/record'
 * const path = 'out.000000.perfetto-trace.enc'
 * if (existsSync(path)) writeFileSync('out.perfetto-trace', decryptSegment(readFileSync(path), readFileSync('key')))
 */
export function decryptSegment(bytes: Uint8Array, key: Uint8Array): Uint8Array {
	if (bytes.length < magic.length + nonceLength + tagLength || !startsSealed(bytes))
		throw new Error('not an encrypted segment: it does not begin with tsgtrec1')
	const nonce = bytes.subarray(magic.length, magic.length + nonceLength)
	const decipher = process
		.getBuiltinModule('node:crypto')
		.createDecipheriv(cipherName, key, nonce, { authTagLength: tagLength })
	decipher.setAuthTag(bytes.subarray(bytes.length - tagLength))
	const text = decipher.update(bytes.subarray(magic.length + nonceLength, bytes.length - tagLength))
	try {
		return Buffer.concat([text, decipher.final()])
	} catch (cause) {
		throw new Error('the segment cannot be decrypted: the key is wrong, or the file was truncated or changed', {
			cause,
		})
	}
}
