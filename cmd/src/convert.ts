import { createWriteStream, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import {
	type Conversion,
	chrome,
	convert as convertTrace,
	csv,
	ExportError,
	jsonl,
	MissingPackageError,
	otlpLines,
	otlpSend,
	pprof,
	speedscope,
	zipkinJson,
	zipkinSend,
} from '@tsgotrace/trace/export'
import type { ExitCode } from './exit.js'
import type { KeyFlags } from './key.js'
import { usageError } from './output.js'
import { selector } from './select.js'
import { traceFile } from './tracefile.js'

/** Options of `convert`. */
export interface ConvertFlags extends KeyFlags {
	readonly to: 'chrome' | 'pprof' | 'otlp' | 'zipkin' | 'csv' | 'jsonl' | 'speedscope'
	readonly output?: string
	readonly events?: readonly string[]
	readonly lanes?: 'async' | 'threads'
	readonly logs?: boolean
}

/** `tsgotrace convert` */
export async function convertCommand(paths: readonly string[], flags: ConvertFlags): Promise<ExitCode> {
	const { to, output } = flags
	const isUrl = output !== undefined && /^https?:\/\//.test(output)
	if (isUrl && to !== 'otlp' && to !== 'zipkin') return usageError(`--to ${to} makes a file: it cannot be sent to ${output}`)
	if (to === 'pprof' && output === undefined && process.stdout.isTTY) return usageError('--to pprof is not text: give a file with --output')
	const trace = traceFile(paths, flags)
	if (trace === 2) return trace
	if (output !== undefined && !isUrl && trace.paths.some(path => isSame(path, output))) return usageError(`'${output}' is the trace itself`)
	let conversion: Conversion
	try {
		conversion = await conversionTo(flags, isUrl)
	} catch (error) {
		if (!(error instanceof MissingPackageError)) throw error
		process.stderr.write(`tsgotrace: ${error.message}\n`)
		return 3
	}
	const wanted = selector(flags.events)
	const target = new Target(output === undefined || output === '-' || isUrl ? process.stdout : createWriteStream(output))
	const filtered: Conversion = {
		notes: conversion.notes,
		get full() {
			return conversion.full === true
		},
		settle: async () => conversion.settle?.(),
		take: (item, reader) => ('track' in item && !wanted(item.id) ? '' : conversion.take(item, reader)),
		end: reader => conversion.end(reader),
	}
	let code: ExitCode
	try {
		code = await trace.read(
			async progress =>
				convertTrace(trace.reader, filtered, target, () => {
					progress()
					return !target.closed
				}),
			target.isTerminal,
		)
	} catch (error) {
		if (!(error instanceof ExportError)) throw error
		process.stderr.write(`tsgotrace: ${error.message}\n`)
		return 3
	}
	await target.end()
	for (const note of conversion.notes) process.stderr.write(`${note}\n`)
	return code
}

function isSame(a: string, b: string): boolean {
	const [x, y] = [a, b].map(path => statSync(path, { throwIfNoEntry: false }))
	return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev
}

async function conversionTo({ to, output, lanes, logs }: ConvertFlags, isUrl: boolean): Promise<Conversion> {
	switch (to) {
		case 'chrome':
			return chrome(lanes === undefined ? {} : { lanes })
		case 'pprof':
			return pprof()
		case 'csv':
			return csv()
		case 'jsonl':
			return jsonl()
		case 'speedscope':
			return speedscope()
		case 'otlp': {
			const events = logs ? 'logs' : 'spans'
			if (output !== undefined && !isUrl) return otlpLines({ events })
			return otlpSend({ events, ...(output !== undefined && { url: output }) })
		}
		case 'zipkin':
			return output === undefined || isUrl ? zipkinSend(output) : zipkinJson()
	}
}

/** A file, or the standard output, which whoever reads may close. */
class Target {
	closed = false
	readonly #stream: Writable
	#error: Error | null = null

	constructor(stream: Writable) {
		this.#stream = stream
		stream.on('error', (error: NodeJS.ErrnoException) => {
			this.closed = true
			if (error.code !== 'EPIPE') this.#error = error
		})
	}

	get isTerminal(): boolean {
		return this.#stream === process.stdout && process.stdout.isTTY === true
	}

	async write(chunk: string | Uint8Array): Promise<void> {
		if (this.#error !== null) throw this.#error
		if (this.closed || chunk.length === 0) return
		await new Promise<void>(resolve => this.#stream.write(chunk, () => resolve()))
	}

	async end(): Promise<void> {
		if (this.#stream !== process.stdout && !this.closed) await new Promise<void>(resolve => this.#stream.end(() => resolve()))
		if (this.#error !== null) throw this.#error
	}
}
