// A trace of some seconds, sent while it is recorded, or converted at its end.
import { gzip } from 'node:zlib'
import type { ProfileKind } from '@tsgotrace/trace/analyze/profilekinds'
import { configureStates, stateOptions } from '../states/options.js'
import { Chunks } from './chunks.js'
import type { TraceOptions } from './options.js'
import { startTrace } from './trace.js'

export const traceFormats = ['perfetto', 'chrome', 'go'] as const
export type TraceFormat = (typeof traceFormats)[number]

/**
 * Maximum bytes that wait for a slow client, or for the conversion at the end of the trace. The trace ends early when
 * there are more.
 */
const maxWaitingBytes = { perfetto: 64 << 20, converted: 256 << 20 }

interface Traced {
	readonly extension: string
	readonly type: string
	readonly body: AsyncIterable<Uint8Array | string>
}

/** What a trace becomes at its end. */
interface Converter {
	readonly extension: string
	readonly type: string
	convert(chunks: Chunks, signal: AbortSignal): AsyncIterable<Uint8Array | string>
}

/** @throws like startTrace */
export async function traced(
	ms: number,
	format: TraceFormat,
	signal: AbortSignal,
	options: Omit<TraceOptions, 'to'>,
): Promise<Traced> {
	// Loaded before the trace begins, so that loading is not part of the trace.
	return record(ms, format === 'perfetto' ? null : await conversionTo(format), signal, options)
}

/**
 * A profile of what tasks waited for in the next seconds, by the place of the wait, for `go tool pprof`.
 *
 * @throws like startTrace
 */
export async function waitProfile(
	ms: number,
	kind: ProfileKind,
	signal: AbortSignal,
	options: Omit<TraceOptions, 'to'>,
): Promise<Traced> {
	const converter = await profiler(kind)
	const { sites } = stateOptions()
	// The place of each wait: it is for some seconds only.
	configureStates({ sites: 1 })
	const restore = (): void => configureStates({ sites })
	const wanted = {
		states: 'exact',
		...options,
		events: [],
		wakes: false,
		stalls: false,
		cpu: false,
		gc: false,
		heap: false,
		loop: false,
	} as const
	try {
		return record(
			ms,
			converter,
			signal,
			{ ...wanted, states: wanted.states === false ? 'exact' : wanted.states },
			restore,
		)
	} catch (error) {
		restore()
		throw error
	}
}

function record(
	ms: number,
	conversion: Converter | null,
	signal: AbortSignal,
	options: Omit<TraceOptions, 'to'>,
	ended: () => void = () => {},
): Traced {
	const chunks = new Chunks(conversion === null ? maxWaitingBytes.perfetto : maxWaitingBytes.converted, () => stop())
	const trace = startTrace({ ...options, to: chunk => chunks.push(chunk) })
	const stop = (): void => {
		clearTimeout(timer)
		signal.removeEventListener('abort', stop)
		trace.stop()
		chunks.end()
		ended()
	}
	const timer = setTimeout(stop, ms)
	timer.unref()
	if (signal.aborted) stop()
	else signal.addEventListener('abort', stop)
	if (conversion === null) return { extension: '.perfetto-trace', type: 'application/octet-stream', body: chunks }
	return { extension: conversion.extension, type: conversion.type, body: conversion.convert(chunks, signal) }
}

async function conversionTo(name: Exclude<TraceFormat, 'perfetto'>): Promise<Converter> {
	const { convert } = await import('@tsgotrace/trace/export')
	const { formats } = await import('@tsgotrace/trace/formats')
	const { readTrace } = await import('@tsgotrace/trace/read')
	const format = formats.find(known => known.name === name)!
	const conversion = await format.load({ toFile: true })
	return {
		extension: format.extension,
		type: format.isText ? 'application/json' : 'application/octet-stream',
		async *convert(chunks, signal) {
			const all: Uint8Array[] = []
			for await (const chunk of chunks) all.push(chunk)
			if (!signal.aborted) yield* convert(readTrace(Buffer.concat(all)), conversion)
		},
	}
}

async function profiler(kind: ProfileKind): Promise<Converter> {
	const { StateProfile } = await import('@tsgotrace/trace/analyze/profile')
	const { readTrace } = await import('@tsgotrace/trace/read')
	const { slicesOf } = await import('@tsgotrace/trace/slices')
	return {
		extension: '.pb.gz',
		type: 'application/octet-stream',
		async *convert(chunks, signal) {
			const all: Uint8Array[] = []
			for await (const chunk of chunks) all.push(chunk)
			if (signal.aborted) return
			const profile = new StateProfile(kind)
			const reader = readTrace(Buffer.concat(all))
			for await (const batch of slicesOf(reader).batches()) profile.take(batch)
			yield await gzipped(profile.build(reader.wallStart).encode())
		},
	}
}

/** Not by `promisify`: an import of node:util runs all of its getters, which load more. */
async function gzipped(bytes: Uint8Array): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		gzip(bytes, (error, result) => (error === null ? resolve(result) : reject(error)))
	})
}
