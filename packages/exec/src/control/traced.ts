// A trace of some seconds, sent while it is recorded, or converted at its end.
import { Chunks } from './chunks.js'
import type { TraceOptions } from './options.js'
import { startTrace } from './trace.js'

export const traceFormats = ['perfetto', 'chrome', 'go'] as const
export type TraceFormat = (typeof traceFormats)[number]

/** Maximum bytes that wait for a slow client, or for the conversion at the end of the trace. The trace ends early when there are more. */
const MAX = { perfetto: 64 << 20, converted: 256 << 20 }

interface Traced {
	readonly extension: string
	readonly type: string
	readonly body: AsyncIterable<Uint8Array | string>
}

/** @throws like startTrace */
export async function traced(ms: number, format: TraceFormat, signal: AbortSignal, options: Omit<TraceOptions, 'to'>): Promise<Traced> {
	// Loaded before the trace begins, so that loading is not part of the trace.
	const conversion = format === 'perfetto' ? null : await conversionTo(format)
	const chunks = new Chunks(conversion === null ? MAX.perfetto : MAX.converted, () => stop())
	const trace = startTrace({ ...options, to: chunk => chunks.push(chunk) })
	const stop = (): void => {
		clearTimeout(timer)
		signal.removeEventListener('abort', stop)
		trace.stop()
		chunks.end()
	}
	const timer = setTimeout(stop, ms)
	timer.unref()
	if (signal.aborted) stop()
	else signal.addEventListener('abort', stop)
	if (conversion === null) return { extension: '.perfetto-trace', type: 'application/octet-stream', body: chunks }
	return { extension: conversion.extension, type: conversion.type, body: conversion.convert(chunks, signal) }
}

async function conversionTo(name: TraceFormat): Promise<{
	readonly extension: string
	readonly type: string
	convert(chunks: Chunks, signal: AbortSignal): AsyncIterable<Uint8Array | string>
}> {
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
