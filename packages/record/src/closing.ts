// What becomes of files that are closed. Compression runs in Node's thread pool, never on the thread of the program.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Rotation } from './file.js'

const MAGIC = Buffer.from('tsgtrec1')
const NONCE = 12
const TAG = 16
const CHUNK = 1 << 20
const cipherName = 'aes-256-gcm'

/** Compresses and encrypts closed files one after the other, and removes the oldest ones. */
export class Closing {
	readonly #rotation: Rotation
	readonly #failed: (error: unknown) => void
	/** Paths as they are now, the oldest first. */
	readonly #kept: { path: string }[] = []
	#work: Promise<void> = Promise.resolve()

	/** @throws RangeError for a key that has not 32 bytes */
	constructor(rotation: Rotation, failed: (error: unknown) => void) {
		this.#rotation = rotation
		this.#failed = failed
		if (rotation.key !== undefined && rotation.key.length !== 32)
			throw new RangeError(`record: rotate.key must have 32 bytes, not ${rotation.key.length}`)
	}

	/** A segment was closed, others will follow. */
	closed(path: string): void {
		const file = { path }
		this.#kept.push(file)
		const { gzip = false, key } = this.#rotation
		this.#work = this.#work.then(async () => {
			try {
				// It may have been removed meanwhile.
				if (this.#kept.includes(file) && (gzip || key !== undefined)) file.path = await transform(path, gzip, key)
				while (this.#kept.length > (this.#rotation.keep ?? Number.POSITIVE_INFINITY)) await rm(this.#kept.shift()!.path, { force: true })
			} catch (error) {
				this.#failed(error)
			}
		})
	}

	/** The last file was closed, perhaps in a process that ends: at once. It is not compressed. */
	last(path: string): void {
		const { key } = this.#rotation
		if (key === undefined) return
		const nonce = randomBytes(NONCE)
		const cipher = createCipheriv(cipherName, key, nonce)
		const parts = [MAGIC, nonce, cipher.update(readFileSync(path)), cipher.final()]
		writeFileSync(`${path}.tmp`, Buffer.concat([...parts, cipher.getAuthTag()]))
		renameSync(`${path}.tmp`, `${path}.enc`)
		rmSync(path)
	}
}

/** @returns the new path */
async function transform(path: string, gzip: boolean, key: Uint8Array | undefined): Promise<string> {
	const to = `${path}${gzip ? '.gz' : ''}${key === undefined ? '' : '.enc'}`
	const temporary = `${to}.tmp`
	try {
		await pipeline([
			createReadStream(path, { highWaterMark: CHUNK }),
			...(gzip ? [createGzip({ level: 1, chunkSize: CHUNK })] : []),
			...(key === undefined ? [] : [encrypting(key)]),
			createWriteStream(temporary),
		])
	} catch (error) {
		await rm(temporary, { force: true })
		throw error
	}
	await rename(temporary, to)
	await rm(path)
	return to
}

function encrypting(key: Uint8Array): Transform {
	const nonce = randomBytes(NONCE)
	const cipher = createCipheriv(cipherName, key, nonce)
	let begun = false
	return new Transform({
		transform(chunk: Buffer, _, done) {
			if (!begun) this.push(Buffer.concat([MAGIC, nonce]))
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
 * Decrypt a segment that was encrypted with `rotate.key`.
 *
 * @param bytes the content of an `.enc` file
 * @param key the 32 bytes that it was encrypted with
 * @returns the trace, or its gzip if the file is a `.gz.enc`
 * @throws if it is no such file, if the key is another one, or if the file is cut or was changed
 * @example
 * import { writeFileSync, readFileSync, existsSync } from 'node:fs'
 * import { decryptSegment } from '@tsgotrace/record'
 * const path = 'out.000000.perfetto-trace.enc'
 * if (existsSync(path)) writeFileSync('out.perfetto-trace', decryptSegment(readFileSync(path), readFileSync('key')))
 */
export function decryptSegment(bytes: Uint8Array, key: Uint8Array): Uint8Array {
	if (bytes.length < MAGIC.length + NONCE + TAG || !MAGIC.equals(bytes.subarray(0, MAGIC.length)))
		throw new Error('not an encrypted segment: it does not begin with tsgtrec1')
	const nonce = bytes.subarray(MAGIC.length, MAGIC.length + NONCE)
	const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: TAG })
	decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
	const text = decipher.update(bytes.subarray(MAGIC.length + NONCE, bytes.length - TAG))
	try {
		return Buffer.concat([text, decipher.final()])
	} catch (cause) {
		throw new Error('the segment cannot be decrypted: the key is another one, or the file was cut or changed', { cause })
	}
}
