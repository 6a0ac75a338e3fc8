import * as schema from '@tsgotrace/trace/format/schema'
import type { Name } from '../engine/names.js'
import { descriptorOf, isArray, isProxy } from '../engine/natives.js'
import type { Sequence } from '../engine/sequence.js'
import { Writer } from '../engine/writer.js'

/** Of a deeper stack the outermost frames are left out. */
const maxFrames = 128
/** In UTF-16 units. */
const maxNameLength = 128
const maxFileLength = 256
/** Different frames, and different stacks, of a state. */
const maxDefined = 16_384

interface Frame {
	readonly name: string
	readonly file: string
	readonly line: number
	readonly column: number
}

/** Something that is interned, with its number. */
interface InternedEntry {
	readonly iid: number
	/** The state in which it was defined last. */
	epoch: number
}

/** Writes samples of stacks, as Perfetto has those of profilers, with what is interned for them. */
export class SampleWriter {
	readonly #sequence: Sequence
	readonly #thread: { readonly pid: number; readonly tid: number }
	readonly #names = new Texts(schema.interned.functionNames)
	readonly #files = new Texts(schema.interned.sourcePaths)
	/** By file: Perfetto shows that of the code beside each function. */
	readonly #mappings = new Texts(schema.interned.mappingPaths)
	readonly #frames = new Map<string, InternedEntry>()
	readonly #stacks = new Map<string, InternedEntry>()
	readonly #out = new Writer(80 * 1024)

	constructor(sequence: Sequence, thread: { readonly pid: number; readonly tid: number }) {
		this.#sequence = sequence
		this.#thread = thread
	}

	/**
	 * @param category of the event, which is defined, as its name is
	 * @param body its arguments, but the stack
	 * @param stack as {@link framesIn} returned it
	 * @param at nanoseconds of MONOTONIC
	 * @returns bytes written
	 * @throws noRoom
	 */
	write(category: Name, name: Name, body: Writer, stack: readonly Frame[], at: number): number {
		const sequence = this.#sequence
		const { memory } = sequence
		const iid = this.#stack(stack)
		const out = this.#out
		out.at = 0
		out.fieldVarint(schema.packet.timestamp, at)
		out.fieldVarint(schema.packet.timestampClockId, schema.monotonicClock)
		out.fieldVarint(schema.packet.sequenceFlags, schema.needsState)
		const start = out.begin(schema.packet.perfSample)
		out.fieldVarint(schema.perfSample.pid, this.#thread.pid)
		out.fieldVarint(schema.perfSample.tid, this.#thread.tid)
		out.fieldVarint(schema.perfSample.callstackIid, iid)
		out.fieldVarint(schema.perfSample.cpuMode, schema.userMode)
		const event = out.begin(schema.perfSample.event)
		out.fieldVarint(schema.event.type, schema.instantEvent)
		out.fieldVarint(schema.event.categoryIids, category.iid)
		out.fieldVarint(schema.event.nameIid, name.iid)
		body.copyTo(out.bytes, out.view, out.at)
		out.at += body.at
		out.end(event)
		out.end(start)
		const before = memory.hot.at
		sequence.emit(out.written())
		return memory.hot.at - before
	}

	/**
	 * Call this before a sample is written: it starts a new state when this one has as much as it may have.
	 * @throws noRoom
	 */
	limit(): void {
		if (this.#frames.size < maxDefined && this.#stacks.size < maxDefined) return
		this.#sequence.startState(false)
		this.#frames.clear()
		this.#stacks.clear()
		for (const texts of [this.#names, this.#files, this.#mappings]) texts.clear()
	}

	/** The number of a stack that is defined in this state. */
	#stack(frames: readonly Frame[]): number {
		// Perfetto has the outermost first.
		const iids: number[] = []
		for (let i = frames.length - 1; i >= 0; i--) iids.push(this.#frame(frames[i]!))
		const stack = known(this.#stacks, iids.join())
		this.#define(stack, out => {
			const start = out.begin(schema.interned.callstacks)
			out.fieldVarint(schema.callstack.iid, stack.iid)
			for (const iid of iids) out.fieldVarint(schema.callstack.frames, iid)
			out.end(start)
		})
		return stack.iid
	}

	#frame({ name, file, line, column }: Frame): number {
		const frame = known(this.#frames, `${line}:${column}:${name.length}:${name}${file}`)
		if (frame.epoch === this.#sequence.state.epoch) return frame.iid
		const called = this.#names.get(name)
		const source = this.#files.get(file)
		const mapping = this.#mappings.get(file === '' ? '[built in]' : file)
		this.#sequence.define([called, source, mapping])
		this.#define(frame, out => {
			// As often as there are frames in the file: the same again.
			const map = out.begin(schema.interned.mappings)
			out.fieldVarint(schema.mapping.iid, mapping.iid)
			out.fieldVarint(schema.mapping.paths, mapping.iid)
			out.end(map)
			const start = out.begin(schema.interned.frames)
			out.fieldVarint(schema.frame.iid, frame.iid)
			out.fieldVarint(schema.frame.functionName, called.iid)
			out.fieldVarint(schema.frame.mapping, mapping.iid)
			// Distinguishes functions of one name.
			out.fieldVarint(schema.frame.relPc, line * 4096 + Math.min(column, 4095))
			out.fieldVarint(schema.frame.sourcePath, source.iid)
			out.fieldVarint(schema.frame.line, line)
			out.fieldVarint(schema.frame.column, column)
			out.end(start)
		})
		return frame.iid
	}

	/** Define something in this state, if it is not. */
	#define(what: InternedEntry, write: (out: Writer) => void): void {
		const { epoch } = this.#sequence.state
		if (what.epoch === epoch) return
		const out = this.#out
		out.at = 0
		out.fieldVarint(schema.packet.sequenceFlags, schema.needsState)
		const data = out.begin(schema.packet.internedData)
		write(out)
		out.end(data)
		this.#sequence.emit(out.written())
		what.epoch = epoch
	}
}

/** Texts of one kind, with numbers that they keep in all states. */
class Texts {
	readonly #field: number
	readonly #known = new Map<string, Name>()

	constructor(field: number) {
		this.#field = field
	}

	get(text: string): Name {
		let name = this.#known.get(text)
		if (name === undefined)
			this.#known.set(text, (name = { iid: this.#known.size + 1, text, field: this.#field, epoch: 0 }))
		return name
	}

	clear(): void {
		this.#known.clear()
	}
}

function known(all: Map<string, InternedEntry>, key: string): InternedEntry {
	let found = all.get(key)
	if (found === undefined) all.set(key, (found = { iid: all.size + 1, epoch: 0 }))
	return found
}

/**
 * The frames of a stack that the program gave, the innermost first: objects with `name`, and perhaps `file`, `line` and
 * `column`. Null for anything else. No code of the program runs.
 */
export function framesIn(value: unknown): Frame[] | null {
	if (isProxy(value) || !isArray(value)) return null
	const frames: Frame[] = []
	for (let i = 0; i < value.length && i < maxFrames; i++) {
		const frame: unknown = descriptorOf(value, i)?.value
		if (typeof frame !== 'object' || frame === null || isProxy(frame)) return null
		const of = (key: string): unknown => descriptorOf(frame, key)?.value
		frames.push({
			name: text(of('name'), maxNameLength),
			file: text(of('file'), maxFileLength),
			line: place(of('line')),
			column: place(of('column')),
		})
	}
	return frames
}

function text(value: unknown, longest: number): string {
	return typeof value === 'string' ? value.slice(0, longest) : ''
}

function place(value: unknown): number {
	return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31 ? (value as number) : 0
}
