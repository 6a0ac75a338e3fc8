import crypto from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { type ListenedEvent, sources } from './source.js'

const data = Buffer.alloc(2_000_000, 'line\n')
const { subtle } = crypto.webcrypto
const keys = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })

// `(module (func))`, with many functions: compiled in the background.
function wasm(functions: number): Uint8Array {
	const type = [1, 4, 1, 0x60, 0, 0]
	const declared = [...leb(functions), ...Array.from({ length: functions }, () => 0)]
	const codes = [...leb(functions), ...Array.from({ length: functions }, () => [2, 0, 0x0b]).flat()]
	return Uint8Array.from([
		0,
		0x61,
		0x73,
		0x6d,
		1,
		0,
		0,
		0,
		...type,
		3,
		...leb(declared.length),
		...declared,
		10,
		...leb(codes.length),
		...codes,
	])
}

/** A number as WebAssembly has it. */
function leb(value: number): number[] {
	return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >> 7)]
}

interface Wasm {
	compile(bytes: Uint8Array): Promise<unknown>
	instantiate(bytes: Uint8Array): Promise<unknown>
	compileStreaming(response: Response): Promise<unknown>
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm }

const zstd = (zlib as { zstdCompress?: (data: Buffer, callback: () => void) => void }).zstdCompress

/** Where a pipeline ends. */
async function drained(parts: AsyncIterable<unknown>): Promise<void> {
	for await (const _ of parts);
}

/** Signals when `make` has settled. */
function settled(make: () => Promise<unknown>): ListenedEvent['start'] {
	return async signal => {
		await make()
		signal()
	}
}

export const computingSources: readonly ListenedEvent[] = [
	...sources({
		'zlib.gzip': signal => zlib.gzip(data, signal),
		'zlib.gunzip of nonsense': signal => zlib.gunzip('nonsense', signal),
		'zlib.inflate, promisified': settled(() => promisify(zlib.inflate)(zlib.deflateSync(data))),
		'gzip stream': settled(() => pipeline(Readable.from([data]), zlib.createGzip(), drained)),
		'gzip stream, kept and written to again': async (signal, defer) => {
			const gzip = zlib.createGzip()
			gzip.resume()
			for (let i = 0; i < 3; i++) await new Promise<void>(resolve => void gzip.write(data, () => resolve()))
			await new Promise<void>(resolve => gzip.flush(resolve))
			signal()
			defer(() => gzip.bytesWritten)
		},
		'zlib.brotliCompress': signal => zlib.brotliCompress(data.subarray(0, 200_000), signal),
		'brotli stream': settled(() =>
			pipeline(Readable.from([data.subarray(0, 200_000)]), zlib.createBrotliCompress(), drained),
		),
		CompressionStream: settled(() =>
			new Response(new Blob([data]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
		),
		'zlib.gzipSync, and a timer': signal => {
			zlib.gzipSync(data)
			setTimeout(signal, 5)
		},
		'crypto.pbkdf2': signal => crypto.pbkdf2('a', 'b', 20_000, 32, 'sha256', signal),
		'crypto.scrypt': signal => crypto.scrypt('a', 'b', 32, signal),
		'crypto.hkdf': signal => crypto.hkdf('sha256', 'a', 'b', 'c', 32, signal),
		'crypto.randomBytes': signal => crypto.randomBytes(100_000, signal),
		'crypto.randomFill': signal => crypto.randomFill(Buffer.alloc(100_000), signal),
		'crypto.randomInt': signal => crypto.randomInt(1_000_000, signal),
		'crypto.generateKeyPair': signal => crypto.generateKeyPair('rsa', { modulusLength: 1024 }, signal),
		'crypto.generateKey': signal => crypto.generateKey('hmac', { length: 512 }, signal),
		'crypto.generatePrime': signal => crypto.generatePrime(256, signal),
		'crypto.checkPrime': signal => crypto.checkPrime(1_000_003n, signal),
		'crypto.sign': signal => crypto.sign('sha256', data, keys.privateKey, signal),
		'crypto.verify': signal => crypto.verify('sha256', data, keys.publicKey, Buffer.alloc(70), signal),
		'crypto, synchronous, and a timer': signal => {
			crypto.pbkdf2Sync('a', 'b', 10, 32, 'sha256')
			crypto.scryptSync('a', 'b', 32)
			crypto.randomBytes(100)
			crypto.randomUUID({ disableEntropyCache: true })
			crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
			crypto.checkPrimeSync(1_000_003n)
			crypto.hkdfSync('sha256', 'a', 'b', 'c', 32)
			crypto.sign('sha256', data, keys.privateKey)
			setTimeout(signal, 5)
		},
		'WebCrypto digest': settled(() => subtle.digest('SHA-256', data)),
		'WebCrypto deriveBits': settled(async () => {
			const key = await subtle.importKey('raw', Buffer.from('a'), 'PBKDF2', false, ['deriveBits'])
			await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: Buffer.from('b'), iterations: 20_000 }, key, 256)
		}),
		'WebCrypto generateKey, export, encrypt, sign': settled(async () => {
			const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
			await subtle.exportKey('jwk', key)
			await subtle.encrypt({ name: 'AES-GCM', iv: Buffer.alloc(12) }, key, data)
			const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
			await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, data)
		}),
		'WebAssembly.compile': settled(() => WebAssembly.compile(wasm(50_000))),
		'WebAssembly.instantiate': settled(() => WebAssembly.instantiate(wasm(50_000))),
		'WebAssembly.compileStreaming': settled(() =>
			WebAssembly.compileStreaming(
				new Response(wasm(10_000) as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/wasm' } }),
			),
		),
		'Atomics.waitAsync, timed out': settled(() => waitAsync(new Int32Array(new SharedArrayBuffer(4)), 20)),
	}),
	{
		name: 'zlib.zstdCompress',
		without: zstd === undefined && 'Node has it since version 22.15',
		start: signal => zstd!(data, signal),
	},
]

/** Wait until the first cell of `cells` is notified. */
export function waitAsync(cells: Int32Array, ms?: number): Promise<unknown> {
	const { value } = (Atomics as unknown as { waitAsync: (...args: unknown[]) => { value: unknown } }).waitAsync(
		cells,
		0,
		0,
		ms,
	)
	return Promise.resolve(value)
}
