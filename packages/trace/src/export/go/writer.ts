// A Go execution trace, written with the bookkeeping that its readers check: who runs where, sequence numbers, a status
// of every goroutine and proc in each generation.
import type { Frame } from '../../format/pprof.js'
import { Generation, type Placeholder, type WaitMark } from './generation.js'
import { HeldGenerations } from './held.js'
import type { Goroutine, GoThread, Proc, Stack } from './model.js'
import { Places, type TableIndex } from './tables.js'
import type { GoVersion } from './version.js'
import { Bytes, go, goState, maxPayload, procState, sampleBytes } from './wire.js'

/** Room for the largest event in a batch. */
const room = 256
/** Limits of a generation, in nanoseconds and bytes, because readers load it whole into memory. */
const longest = 1_000_000_000
const largest = 4_000_000
/** The time of the first event; 0 means "not set" to readers. */
const firstTime = 1000
/** What happens at one time on several threads is written with times that differ. */
const sameTime = 1000
const noThread = 2 ** 53 - 1
export const unspecified = 'unspecified'

export interface GoWriterOptions {
	readonly version?: GoVersion
	/** Nanoseconds since 1970 at the time 0 of {@link GoWriter.at}. */
	readonly wallStart?: () => bigint | null
}

export class GoWriter {
	/** Number of events whose time was earlier than that of the previous event, and was moved. */
	moved = 0
	readonly #version: number
	readonly #places = new Places()
	readonly #threads = new Map<number, GoThread>()
	readonly #procs: Proc[] = []
	readonly #goroutines = new Map<number, Goroutine>()
	#generation: Generation | null = null
	readonly #held: HeldGenerations
	#origin: number | null = null
	#now = firstTime
	#latest: GoThread | null = null
	#nextGoroutine = 1
	#gcSequence = 0

	constructor({ version = '1.23', wallStart = () => null }: GoWriterOptions = {}) {
		this.#version = Number(version.slice(2))
		this.#held = new HeldGenerations(this.#version, wallStart, time => time + (this.#origin ?? 0))
	}

	/** What a file starts with. */
	get header(): Uint8Array {
		return new TextEncoder().encode(`go 1.${this.#version} trace\0\0\0`)
	}

	/** Everything that follows happens at `time` or later. Nanoseconds. */
	at(time: number): void {
		if (this.#origin === null) this.#origin = Math.round(time) - firstTime
		const now = Math.round(time) - this.#origin
		if (now < this.#now - sameTime) this.moved++
		else this.#now = Math.max(this.#now, now)
		if (this.#generation === null) this.#begin(1)
	}

	/** Whether a generation has become long enough to end: then call {@link GoWriter.cut}. */
	get isFull(): boolean {
		const it = this.#generation
		return it !== null && (it.size > largest || this.#now - it.began > longest)
	}

	/**
	 * Ends the generation, and begins the next one.
	 *
	 * @returns the bytes of generations in which all is known
	 */
	cut(): Uint8Array[] {
		const { number } = this.#current
		this.#close()
		this.#now++
		this.#begin(number + 1)
		return this.#held.take()
	}

	/** Ends the last generation. */
	end(): Uint8Array[] {
		if (this.#generation === null) return []
		this.#close()
		return this.#held.end()
	}

	get #current(): Generation {
		return this.#generation!
	}

	#close(): void {
		const anyone = this.thread(0)
		for (const proc of this.#procs) this.#useProc(proc, anyone)
		for (const goroutine of this.#goroutines.values()) this.#useGoroutine(goroutine, anyone)
		for (const thread of this.#threads.values()) this.#flush(thread)
		this.#held.push(this.#current)
	}

	thread(id: number): GoThread {
		let thread = this.#threads.get(id)
		if (thread === undefined) {
			thread = { id, proc: null, goroutine: null, bytes: new Bytes(), base: this.#now, last: this.#now }
			this.#threads.set(id, thread)
		}
		return thread
	}

	/**
	 * A new row, idle, and the thread that will use it: their ids differ by one, because thread 0 is used for events
	 * outside of threads.
	 */
	addProc(): GoThread {
		const proc = { id: this.#procs.length, state: procState.idle, sequence: 0, generation: 0 }
		this.#procs.push(proc)
		const thread = this.thread(proc.id + 1)
		const one = [...this.#threads.values()].find(({ goroutine }) => goroutine?.state === goState.running)
		if (one !== undefined) this.#writeProcs(one)
		return thread
	}

	startProc(thread: GoThread): void {
		const proc = this.#procs[thread.id - 1]!
		this.#useProc(proc, thread)
		proc.state = procState.running
		this.#event(thread, go.procStart, proc.id, ++proc.sequence)
		thread.proc = proc
	}

	stopProc(thread: GoThread): void {
		this.#event(thread, go.procStop)
		thread.proc!.state = procState.idle
		thread.proc = null
	}

	/**
	 * A new goroutine, runnable.
	 *
	 * @param on a thread with a proc; the goroutine that runs there is the creator
	 */
	create(on: GoThread, root: Frame): Goroutine {
		const stack = [root]
		const creator = on.goroutine
		const generation = this.#current
		const id = this.#nextGoroutine++
		const bytes = this.#open(on, go.create)
		bytes.varint(id)
		const named = { generation, bytes, at: bytes.place(this.#stack(stack)) }
		bytes.varint(creator === null ? 0 : this.#stack(creator.root))
		const goroutine: Goroutine = {
			id,
			state: goState.runnable,
			sequence: 0,
			generation: generation.number,
			root: stack,
			at: stack,
			thread: null,
			named,
		}
		this.#goroutines.set(id, goroutine)
		return goroutine
	}

	/** Gives a goroutine another name, also where it began, if that has not been handed out. Otherwise it is a label. */
	rename(goroutine: Goroutine, root: Frame): void {
		const stack = [root]
		if (goroutine.at === goroutine.root) goroutine.at = stack
		goroutine.root = stack
		const { named } = goroutine
		if (!named.generation.released) named.bytes.put(named.at, named.generation.tables.stack(stack))
		else if (goroutine.state === goState.running) this.label(goroutine, root.name)
	}

	/** Replaces a text, if its bytes have not been returned yet. */
	retext({ generation, bytes, at }: Placeholder, text: string): boolean {
		if (generation.released) return false
		bytes.put(at, generation.tables.string(text))
		return true
	}

	start(thread: GoThread, goroutine: Goroutine): void {
		this.#useGoroutine(goroutine, thread)
		this.#event(thread, go.start, goroutine.id, ++goroutine.sequence)
		goroutine.state = goState.running
		goroutine.thread = thread
		thread.goroutine = goroutine
		this.#writeProcs(thread)
	}

	/** It waits. Profiles show its stack. */
	block(goroutine: Goroutine, reason: string, stack: Stack = goroutine.root): void {
		this.#event(goroutine.thread!, go.block, this.#string(reason), this.#stack(stack))
		this.#leave(goroutine, goState.waiting, stack)
	}

	/** It waits for what is not known yet: see {@link GoWriter.explain}. */
	blockUnexplained(goroutine: Goroutine): WaitMark {
		const generation = this.#current
		const bytes = this.#open(goroutine.thread!, go.block)
		const at = bytes.place(this.#string(unspecified))
		const stackAt = bytes.place(this.#stack(goroutine.root))
		this.#leave(goroutine, goState.waiting, goroutine.root)
		generation.pending++
		return { generation, bytes, at, stackAt }
	}

	/** What it waited for; nothing if that has been handed out. */
	explain(mark: WaitMark, reason: string, stack: Stack): void {
		const { generation, bytes, at, stackAt } = mark
		generation.pending--
		if (!this.retext(mark, reason)) return
		bytes.put(at, generation.tables.string(reason))
		bytes.put(stackAt, generation.tables.stack(stack))
	}

	/** Node's thread pool works for it, on a thread of its own. */
	beginSyscall(goroutine: Goroutine, stack: Stack): void {
		const { proc } = goroutine.thread!
		this.#event(goroutine.thread!, go.syscallBegin, ++proc!.sequence, this.#stack(stack))
		goroutine.state = goState.syscall
		proc!.state = procState.syscall
		goroutine.at = stack
	}

	endSyscall(goroutine: Goroutine): void {
		this.#event(goroutine.thread!, go.syscallEnd)
		goroutine.state = goState.running
		goroutine.thread!.proc!.state = procState.running
	}

	/** The goroutine yields, and is runnable. */
	stop(goroutine: Goroutine, reason: string, stack: Stack = goroutine.root): void {
		this.#event(goroutine.thread!, go.stop, this.#string(reason), this.#stack(stack))
		this.#leave(goroutine, goState.runnable, stack)
	}

	/**
	 * The goroutine becomes runnable.
	 *
	 * @param by the thread of the goroutine that wakes it, or thread 0
	 */
	unblock(by: GoThread, goroutine: Goroutine): void {
		this.#useGoroutine(goroutine, by)
		// Without a stack, tools before Go 1.26 leave the wait out of their profiles.
		this.#event(by, go.unblock, goroutine.id, ++goroutine.sequence, this.#stack(by.goroutine?.root ?? goroutine.at))
		goroutine.state = goState.runnable
	}

	destroy(goroutine: Goroutine): void {
		this.#event(goroutine.thread!, go.destroy)
		goroutine.thread!.goroutine = null
		this.#goroutines.delete(goroutine.id)
	}

	label(goroutine: Goroutine, text: string): void {
		if (text !== '') this.#event(goroutine.thread!, go.label, this.#string(text))
	}

	/** @returns the position of its name */
	beginTask(on: Goroutine, id: number, parent: number, name: string): Placeholder {
		const bytes = this.#open(on.thread!, go.taskBegin)
		bytes.varint(id)
		bytes.varint(parent)
		const at = bytes.place(this.#string(name))
		bytes.varint(this.#stack(on.root))
		return { generation: this.#current, bytes, at }
	}

	endTask(on: Goroutine, id: number): void {
		this.#event(on.thread!, go.taskEnd, id, this.#stack(on.root))
	}

	/** @param at a frame of the place where it begins, besides the name of the goroutine */
	beginRegion(on: Goroutine, task: number, name: string, at: Frame | null = null): void {
		const stack = this.#stack(at === null ? on.root : [at, ...on.root])
		this.#event(on.thread!, go.regionBegin, task, this.#string(name), stack)
	}

	endRegion(on: Goroutine, task: number, name: string): void {
		this.#event(on.thread!, go.regionEnd, task, this.#string(name), this.#stack(on.root))
	}

	log(on: Goroutine, task: number, key: string, value: string): void {
		this.#event(on.thread!, go.log, task, this.#string(key), this.#string(value), this.#stack(on.root))
	}

	/** A stop of the thread of a goroutine that ends now, and began at most `length` nanoseconds ago. */
	stopTheWorld(on: Goroutine, kind: string, length: number): void {
		const thread = on.thread!
		const end = this.#now
		const begin = Math.max(thread.last, end - Math.round(length))
		this.#now = begin
		this.#event(thread, go.stwBegin, this.#string(kind), this.#stack(on.root))
		this.#now = Math.max(end, this.#now)
		this.#event(thread, go.stwEnd)
	}

	/** A garbage collection that ends now, like {@link GoWriter.stopTheWorld}. */
	collection(on: Goroutine, kind: string, length: number): void {
		const thread = on.thread!
		const end = this.#now
		this.#now = Math.max(thread.last, end - Math.round(length))
		this.#event(thread, go.gcBegin, ++this.#gcSequence, this.#stack(on.root))
		this.#now = Math.max(end, this.#now)
		this.stopTheWorld(on, kind, length)
		this.#event(thread, go.gcEnd, ++this.#gcSequence)
	}

	/** Bytes; null for what is not known. */
	heap(thread: GoThread, used: number | null, goal: number | null): void {
		if (used !== null) this.#event(thread, go.heapAlloc, used)
		if (goal !== null) this.#event(thread, go.heapGoal, goal)
	}

	/** A sample of the running goroutine. */
	sample(time: number, thread: GoThread, stack: Stack): void {
		const at = Math.max(this.#current.began, Math.round(time) - (this.#origin ?? 0))
		this.#current.sample(
			sampleBytes(at, thread.id, thread.proc?.id ?? null, thread.goroutine?.id ?? 0, this.#stack(stack)),
		)
	}

	#leave(goroutine: Goroutine, state: number, stack: Stack): void {
		goroutine.thread!.goroutine = null
		goroutine.thread = null
		goroutine.state = state
		goroutine.at = stack
	}

	#string(text: string): TableIndex {
		return this.#current.tables.string(text)
	}

	#stack(stack: Stack): TableIndex {
		return this.#current.tables.stack(stack)
	}

	#begin(number: number): void {
		this.#generation = new Generation(number, this.#now, this.#places)
		this.#latest = null
		for (const thread of this.#threads.values()) {
			thread.bytes = new Bytes()
			thread.base = thread.last = this.#now
		}
		// Each thread first reports its proc and goroutine, before anything else happens on it.
		for (const thread of this.#threads.values()) if (thread.proc !== null) this.#useProc(thread.proc, thread)
		for (const thread of this.#threads.values())
			if (thread.goroutine !== null) {
				this.#useGoroutine(thread.goroutine, thread)
				if (thread.goroutine.state === goState.running) this.#writeProcs(thread)
			}
	}

	#useProc(proc: Proc, thread: GoThread): void {
		const { number } = this.#current
		if (proc.generation === number) return
		proc.generation = number
		proc.sequence = 0
		this.#event(thread, go.procStatus, proc.id, proc.state)
	}

	#useGoroutine(goroutine: Goroutine, thread: GoThread): void {
		const { number } = this.#current
		if (goroutine.generation === number) return
		goroutine.generation = number
		goroutine.sequence = 0
		const { id, state, at } = goroutine
		const on = goroutine.thread ?? thread
		if (this.#version >= 23)
			this.#event(on, go.statusStack, id, goroutine.thread?.id ?? noThread, state, this.#stack(at))
		else this.#event(on, go.status, id, goroutine.thread?.id ?? noThread, state)
	}

	/** The number of rows. The utilisation page fails on a trace that does not declare them before using them. */
	#writeProcs(thread: GoThread): void {
		const count = this.#procs.length
		if (this.#current.procsWritten === count) return
		this.#current.procsWritten = count
		this.#event(thread, go.procsChange, count, this.#stack(thread.goroutine!.root))
	}

	#event(thread: GoThread, type: number, ...args: readonly TableIndex[]): void {
		const bytes = this.#open(thread, type)
		for (const arg of args) bytes.varint(arg)
	}

	/** Begins an event. Its arguments follow. */
	#open(thread: GoThread, type: number): Bytes {
		// Readers order the events of threads by time: later events on another thread may depend on earlier ones.
		if (this.#latest !== thread && this.#latest !== null && this.#now <= this.#latest.last)
			this.#now = this.#latest.last + 1
		this.#latest = thread
		if (thread.bytes.length > maxPayload - room) this.#flush(thread)
		if (thread.bytes.length === 0) thread.base = thread.last = Math.max(this.#now, thread.last)
		const { bytes } = thread
		bytes.byte(type)
		bytes.varint(Math.max(0, this.#now - thread.last))
		thread.last = Math.max(this.#now, thread.last)
		return bytes
	}

	#flush(thread: GoThread): void {
		if (thread.bytes.length > 0) this.#current.batch(thread.id, thread.base, thread.bytes.view)
		thread.bytes = new Bytes()
	}
}
