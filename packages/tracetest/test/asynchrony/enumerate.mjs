// All functions that this version of Node offers: of its modules, of the classes in them, and of globals that the
// language does not have.

import { createWriteStream, opendirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import vm from 'node:vm'

const require = createRequire(import.meta.url)

/** Functions that `class` or a descriptor bring along. */
const inherited = new Set(['constructor', 'prototype', 'length', 'name', 'arguments', 'caller', '__proto__'])

/**
 * Globals of the language whose functions are listed one by one: they, or what V8 makes of them, may be asynchronous.
 */
const asynchronousLanguage = ['Promise', 'Atomics', 'WebAssembly', 'FinalizationRegistry', 'AsyncDisposableStack']

export async function functionsOfNode() {
	const seen = new Set()
	const names = new Set()

	const visit = (name, value, depth) => {
		if ((typeof value !== 'function' && typeof value !== 'object') || value === null || seen.has(value)) return
		seen.add(value)
		if (typeof value === 'function') names.add(name)
		for (const { key, own } of members(value)) {
			if (own.get !== undefined) {
				// Modules load some of their parts when these are asked for.
				if (depth === 0 && typeof value === 'object') visit(`${name}.${key}`, read(value, key), 1)
			} else if (depth < 3) visit(`${name}.${key}`, own.value, depth + 1)
		}
		if (typeof value === 'function') visitPrototype(name, value.prototype)
	}
	const visitPrototype = (name, prototype) => {
		if (typeof prototype !== 'object' || prototype === null || seen.has(prototype)) return
		seen.add(prototype)
		for (const { key, own } of members(prototype)) {
			if (typeof own.value !== 'function' || seen.has(own.value)) continue
			seen.add(own.value)
			names.add(`${name}#${key}`)
		}
	}

	const modules = new Set([
		...builtinModules.map(name => name.replace(/^node:/, '')),
		'sqlite',
		'sea',
		'test',
		'test/reporters',
		'ffi',
		'quic',
	])
	for (const name of [...modules].sort(compare)) {
		// What begins with an underscore is deprecated, and what there is in it is in the others; `sys` is `util`.
		if (name.startsWith('_') || name === 'sys') continue
		try {
			visit(name, require(`node:${name}`), 0)
		} catch (error) {
			if (error.code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error
		}
	}
	// Classes that no module exports, by an object of theirs.
	for (const [name, make] of Object.entries(samples)) {
		const object = await make().catch(() => undefined)
		if (object !== undefined) visitPrototype(name, Object.getPrototypeOf(object))
	}
	const language = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'))
	for (const name of Object.getOwnPropertyNames(globalThis)) {
		// Of an option.
		if (name === 'gc') continue
		if (language.has(name) && !asynchronousLanguage.includes(name)) names.add(name)
		else if (name !== 'global' && name !== 'globalThis' && !name.startsWith('__'))
			visit(name, read(globalThis, name), 1)
	}
	visit('Array.fromAsync', Array.fromAsync, 3)
	return [...names].sort(compare)
}

/**
 * Names and descriptors of what is public.
 *
 * @param {object} object
 * @returns {Generator<{ key: string, own: PropertyDescriptor }>}
 */
function* members(object) {
	for (const key of Reflect.ownKeys(object)) {
		const own = Object.getOwnPropertyDescriptor(object, key) ?? {}
		if (typeof key === 'symbol') {
			if (/^Symbol\.(asyncIterator|asyncDispose|dispose)$/.test(key.description))
				yield { key: `[${key.description}]`, own }
		} else if (!inherited.has(key) && !key.startsWith('_') && !/^\d+$/.test(key)) yield { key, own }
	}
}

function compare(a, b) {
	return a < b ? -1 : 1
}

function read(object, key) {
	try {
		return object[key]
	} catch {
		return undefined
	}
}

const samples = {
	FileHandle: async () => {
		const handle = await open(import.meta.filename ?? process.argv[1])
		await handle.close()
		return handle
	},
	Dir: async () => {
		const directory = opendirSync('.')
		directory.closeSync()
		return directory
	},
	LockManager: async () => globalThis.navigator?.locks,
	Scheduler: async () => require('node:timers/promises').scheduler,
	Timeout: async () => {
		const timer = setTimeout(() => {}, 1)
		clearTimeout(timer)
		return timer
	},
	Immediate: async () => {
		const immediate = setImmediate(() => {})
		clearImmediate(immediate)
		return immediate
	},
	Histogram: async () => require('node:perf_hooks').createHistogram(),
	IntervalHistogram: async () => require('node:perf_hooks').monitorEventLoopDelay(),
	TracingChannel: async () => require('node:diagnostics_channel').tracingChannel('enumerated'),
	Tracing: async () => require('node:trace_events').createTracing({ categories: ['none'] }),
	MockTracker: async () => require('node:test').mock,
	Navigator: async () => globalThis.navigator,
	ZipEntry: async () => require('node:zlib').ZipEntry.create('sample', Buffer.from('x')),
	ZipFile: async () => {
		const { createZipArchive, ZipFile } = require('node:zlib')
		const [entry, file] = [await samples.ZipEntry(), join(tmpdir(), `tsgotrace-sample-${process.pid}.zip`)]
		await pipeline(createZipArchive([entry]), createWriteStream(file))
		const archive = await ZipFile.open(file)
		await archive.close()
		rmSync(file)
		return archive
	},
	ReadableStreamAsyncIterator: async () => new ReadableStream().values(),
}
