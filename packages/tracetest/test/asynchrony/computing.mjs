import crypto from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import inspector from 'node:inspector'
import inspectorPromises from 'node:inspector/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import timers from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import zlib from 'node:zlib'

const require = createRequire(import.meta.url)
const { subtle } = crypto.webcrypto
const data = Buffer.alloc(100_000, 'line\n')
const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 })

/** Call `object[method](...args)` with a callback. */
const called = (object, method, ...args) =>
	new Promise((resolve, reject) => object[method](...args, error => (error ? reject(error) : resolve())))
const each = async items => {
	for await (const _ of items);
}

const secret = usages => subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, usages)
const iv = new Uint8Array(12)
const aes = { name: 'AES-GCM', iv }
const signing = () => subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const password = usages => subtle.importKey('raw', Buffer.from('a'), 'PBKDF2', false, usages)
const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations: 2000 }
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
/** Keys of a mechanism that newer versions have. */
const mlKem = () =>
	subtle.generateKey('ML-KEM-768', true, ['encapsulateKey', 'encapsulateBits', 'decapsulateKey', 'decapsulateBits'])

/** `(module (func))`, with many functions: compiled by other threads. */
function wasm(functions = 20_000) {
	const leb = value => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >> 7)])
	const section = (id, content) => [id, ...leb(content.length), ...content]
	return Uint8Array.from([
		0,
		0x61,
		0x73,
		0x6d,
		1,
		0,
		0,
		0,
		...section(1, [1, 0x60, 0, 0]),
		...section(3, [...leb(functions), ...Array.from({ length: functions }, () => 0)]),
		...section(10, [...leb(functions), ...Array.from({ length: functions }, () => [2, 0, 0x0b]).flat()]),
	])
}
const wasmResponse = () => new Response(wasm(), { headers: { 'content-type': 'application/wasm' } })

const compressed = {
	brotliCompress: data,
	brotliDecompress: zlib.brotliCompressSync(data),
	deflate: data,
	deflateRaw: data,
	gunzip: zlib.gzipSync(data),
	gzip: data,
	inflate: zlib.deflateSync(data),
	inflateRaw: zlib.deflateRawSync(data),
	unzip: zlib.gzipSync(data),
	zstdCompress: data,
	zstdDecompress: zlib.zstdCompressSync?.(data),
}

async function withSession(Session, use) {
	const session = new Session()
	session.connect()
	try {
		await use(session)
	} finally {
		session.disconnect()
	}
}

export function computingOperations({ home }) {
	const operations = {}
	for (const [name, input] of Object.entries(compressed)) {
		const kind = name[0].toUpperCase() + name.slice(1)
		operations[`zlib.${name}`] = () => called(zlib, name, input)
		operations[`zlib.${kind} zlib.create${kind}`] = () =>
			pipeline(Readable.from([input]), zlib[`create${kind}`](), each)
	}
	return {
		...operations,
		'crypto.argon2': () =>
			called(crypto, 'argon2', 'argon2id', {
				message: 'a',
				nonce: Buffer.alloc(16),
				parallelism: 1,
				tagLength: 16,
				memory: 64,
				passes: 1,
			}),
		'crypto.checkPrime': () => called(crypto, 'checkPrime', 1_000_003n),
		// Older versions have it without a callback.
		'crypto.diffieHellman': () =>
			crypto.diffieHellman.length > 1 ? called(crypto, 'diffieHellman', ec) : crypto.diffieHellman(ec),
		'crypto.encapsulate crypto.decapsulate': () =>
			new Promise((resolve, reject) =>
				crypto.encapsulate(ec.publicKey, (error, result) =>
					error
						? reject(error)
						: crypto.decapsulate(ec.privateKey, result.ciphertext, error => (error ? reject(error) : resolve())),
				),
			),
		'crypto.generateKey': () => called(crypto, 'generateKey', 'hmac', { length: 256 }),
		'crypto.generateKeyPair': () => called(crypto, 'generateKeyPair', 'ec', { namedCurve: 'P-256' }),
		'crypto.generatePrime': () => called(crypto, 'generatePrime', 64),
		'crypto.hkdf': () => called(crypto, 'hkdf', 'sha256', 'a', 'b', 'c', 16),
		'crypto.pbkdf2': () => called(crypto, 'pbkdf2', 'a', 'b', 1000, 16, 'sha256'),
		'crypto.randomBytes': () => called(crypto, 'randomBytes', 1000),
		'crypto.randomFill': () => called(crypto, 'randomFill', Buffer.alloc(1000)),
		'crypto.randomInt': () => new Promise(resolve => crypto.randomInt(2 ** 40, resolve)),
		'crypto.scrypt': () => called(crypto, 'scrypt', 'a', 'b', 16),
		'crypto.sign': () => called(crypto, 'sign', 'sha256', data, ec.privateKey),
		'crypto.verify': () => called(crypto, 'verify', 'sha256', data, ec.publicKey, Buffer.alloc(70)),
		'SubtleCrypto#digest': () => subtle.digest('SHA-256', data),
		'SubtleCrypto#generateKey SubtleCrypto#exportKey SubtleCrypto#importKey': async () => {
			const key = await subtle.exportKey('raw', await secret(['encrypt']))
			await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
		},
		'SubtleCrypto#encrypt SubtleCrypto#decrypt': async () => {
			const key = await secret(['encrypt', 'decrypt'])
			await subtle.decrypt(aes, key, await subtle.encrypt(aes, key, data))
		},
		'SubtleCrypto#sign SubtleCrypto#verify': async () => {
			const { privateKey, publicKey } = await signing()
			await subtle.verify(ecdsa, publicKey, await subtle.sign(ecdsa, privateKey, data), data)
		},
		'SubtleCrypto#getPublicKey': async () => subtle.getPublicKey((await signing()).privateKey, ['verify']),
		'SubtleCrypto#deriveBits': async () => subtle.deriveBits(derivation, await password(['deriveBits']), 128),
		'SubtleCrypto#deriveKey': async () =>
			subtle.deriveKey(derivation, await password(['deriveKey']), { name: 'AES-GCM', length: 128 }, false, ['encrypt']),
		'SubtleCrypto#wrapKey SubtleCrypto#unwrapKey': async () => {
			const [key, wrapping] = [await secret(['encrypt']), await secret(['wrapKey', 'unwrapKey'])]
			await subtle.unwrapKey('raw', await subtle.wrapKey('raw', key, wrapping, aes), wrapping, aes, 'AES-GCM', false, [
				'encrypt',
			])
		},
		'SubtleCrypto#encapsulateBits SubtleCrypto#decapsulateBits': async () => {
			const { privateKey, publicKey } = await mlKem()
			const { ciphertext } = await subtle.encapsulateBits('ML-KEM-768', publicKey)
			await subtle.decapsulateBits('ML-KEM-768', privateKey, ciphertext)
		},
		'SubtleCrypto#encapsulateKey SubtleCrypto#decapsulateKey': async () => {
			const { privateKey, publicKey } = await mlKem()
			const kind = ['ML-KEM-768', publicKey, 'HKDF', false, ['deriveBits']]
			const { ciphertext } = await subtle.encapsulateKey(...kind)
			await subtle.decapsulateKey('ML-KEM-768', privateKey, ciphertext, 'HKDF', false, ['deriveBits'])
		},
		'crypto.sign, RSA': () => called(crypto, 'sign', 'sha256', data, rsa.privateKey),
		'stream/web.CompressionStream stream/web.DecompressionStream': () =>
			new Response(
				new Blob([data])
					.stream()
					.pipeThrough(new CompressionStream('gzip'))
					.pipeThrough(new DecompressionStream('gzip')),
			).arrayBuffer(),
		'buffer.Blob#arrayBuffer': () => new Blob([data]).arrayBuffer(),
		'buffer.Blob#bytes': () => new Blob([data]).bytes(),
		'buffer.Blob#text': () => new Blob([data]).text(),
		'buffer.Blob#stream': () => each(new Blob([data]).stream()),
		'buffer.Blob#textStream': () => each(new Blob([data]).textStream()),
		'WebAssembly.compile': () => WebAssembly.compile(wasm()),
		'WebAssembly.instantiate': () => WebAssembly.instantiate(wasm()),
		'WebAssembly.compileStreaming': () => WebAssembly.compileStreaming(wasmResponse()),
		'WebAssembly.instantiateStreaming': () => WebAssembly.instantiateStreaming(wasmResponse()),
		'Atomics.waitAsync': () => Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30).value,
		'FinalizationRegistry#register': () =>
			new Promise(resolve => {
				const registry = new FinalizationRegistry(resolve)
				const drop = () => registry.register({}, 1)
				drop()
				setTimeout(() => globalThis.gc(), 5)
				globalThis.kept = registry
			}),
		'vm.measureMemory': () => vm.measureMemory({ execution: 'eager' }),
		'sqlite.backup': async () => {
			const { backup, DatabaseSync } = require('node:sqlite')
			const database = new DatabaseSync(':memory:')
			database.exec('create table t(x); insert into t values (1), (2)')
			await backup(database, join(home, `backup${Math.random()}`))
			database.close()
		},
		'inspector.Session#post inspector.Session#connect': () =>
			withSession(inspector.Session, session => called(session, 'post', 'HeapProfiler.collectGarbage')),
		'inspector.Session#post, that waits': () =>
			withSession(inspector.Session, session =>
				called(session, 'post', 'Runtime.evaluate', {
					expression: 'new Promise(resolve => setTimeout(resolve, 20))',
					awaitPromise: true,
				}),
			),
		'inspector/promises.Session inspector/promises.Session#post': () =>
			withSession(inspectorPromises.Session, session => session.post('HeapProfiler.collectGarbage')),
		'perf_hooks.PerformanceObserver#observe': () =>
			new Promise(resolve => {
				const observer = new PerformanceObserver(() => resolve(observer.disconnect()))
				observer.observe({ entryTypes: ['mark'] })
				performance.mark('observed')
			}),
		'perf_hooks.PerformanceObserver#observe, of gc': () =>
			new Promise(resolve => {
				const observer = new PerformanceObserver(() => resolve(observer.disconnect()))
				observer.observe({ entryTypes: ['gc'] })
				globalThis.gc()
			}),
		'timers.setTimeout': () => new Promise(resolve => setTimeout(resolve, 15)),
		'timers.setImmediate': () => new Promise(resolve => setImmediate(resolve)),
		'timers.setInterval': () =>
			new Promise(resolve => {
				const interval = setInterval(() => resolve(clearInterval(interval)), 15)
			}),
		'Timeout#refresh Timeout#ref': () =>
			new Promise(resolve => {
				const timer = setTimeout(resolve, 15).unref().ref()
				setImmediate(() => timer.refresh())
			}),
		'Timeout#unref': () => new Promise(resolve => setTimeout(resolve, 15).unref()),
		'Immediate#unref': () => new Promise(resolve => setImmediate(resolve).unref()),
		'timers.promises.setTimeout': () => timers.setTimeout(15),
		'timers.promises.setImmediate': () => timers.setImmediate(),
		'timers.promises.setInterval': async () => {
			for await (const _ of timers.setInterval(15)) break
		},
		'Scheduler#wait': () => timers.scheduler.wait(15),
		'Scheduler#yield': () => timers.scheduler.yield(),
		'util.debounce': () => require('node:util').debounce(() => 1, 15)(),
		'util.throttle': () => {
			const throttled = require('node:util').throttle(() => 1, 1, 15)
			return Promise.all([throttled(), throttled()])
		},
		'LockManager#request': async () => {
			let release
			const held = navigator.locks.request('lock', () => new Promise(resolve => void (release = resolve)))
			const waiting = navigator.locks.request('lock', () => 1)
			setTimeout(() => release(), 15)
			await Promise.all([held, waiting])
		},
		'LockManager#query': () => navigator.locks.query(),
		'process.emitWarning': () => {
			const warned = once(process, 'warning')
			process.emitWarning('for a test')
			return warned
		},
		', import()': () =>
			import(`data:text/javascript,await new Promise(resolve => setTimeout(resolve, 10))//${Math.random()}`),
		'zlib.ZipEntry.create zlib.createZipArchive zlib.ZipFile.open ZipFile#add ZipFile#delete ZipFile#compact ZipFile#get ZipFile#entries ZipFile#close ZipEntry#content':
			async () => {
				const entry = await zlib.ZipEntry.create('one', data)
				const file = join(home, `archive${Math.random()}.zip`)
				await pipeline(zlib.createZipArchive([entry]), createWriteStream(file))
				const archive = await zlib.ZipFile.open(file, { writable: true })
				await archive.add('two', data)
				await (await archive.get('two')).content()
				await each(archive.entries())
				await archive.delete('two')
				await archive.compact()
				await archive.close()
			},
		'zlib.zipFiles': () => each(zlib.zipFiles([fileURLToPath(import.meta.url)])),
	}
}
