// A Go execution trace, written with the bookkeeping that its readers check: who runs where, sequence numbers, a status of every goroutine and proc in each generation.
import type { Frame } from '../../format/pprof.js'
import type { Goroutine, Mark, Proc, Stack, Thread } from './model.js'
import { chunks, type Entry, Places, Tables } from './tables.js'
import type { GoVersion } from './version.js'
import { Bytes, go, goState, mostPayload, procState } from './wire.js'

/** Room for the largest event in a batch. */
const room = 256
/** Limits of a generation, in nanoseconds and bytes, because readers load it whole into memory. */
const longest = 1_000_000_000
const largest = 4_000_000
/** The time of the first event; 0 means "not set" to readers. */
const firstTime = 1000
const nobody = 2 ** 53 - 1

export interface GoWriterOptions {
	readonly version?: GoVersion
	/** Nanoseconds since 1970 at the time 0 of {@link GoWriter.at}. */
	readonly wallStart?: () => bigint | null
}

/** Used if the time of day is unknown, because readers require one. */
const someDay = 1_000_000_000_000_000_000n

export class GoWriter {
	/** Number of events whose time was earlier than that of the previous event, and was moved. */
	moved = 0
	readonly #version: number
	readonly #wallStart: () => bigint | null
	readonly #places = new Places()
	readonly #threads = new Map<number, Thread>()
	readonly #procs: Proc[] = []
	readonly #goroutines = new Map<number, Goroutine>()
	#tables: Tables
	#samples: Uint8Array[] = []
	/** Complete batches of the generation. */
	#batches: Uint8Array[] = []
	#size = 0
	#generation = 0
	#began = 0
	#origin: number | null = null
	#now = firstTime
	#latest: Thread | null = null
	#nextGoroutine = 1
	#gcSequence = 0
	/** GOMAXPROCS as written in this generation. */
	#procsTold = 0

	constructor({ version = '1.23', wallStart = () => null }: GoWriterOptions = {}) {
		this.#version = Number(version.slice(2))
		this.#wallStart = wallStart
		this.#tables = new Tables(this.#places)
	}

	/** What a file starts with. */
	get header(): Uint8Array {
		return new TextEncoder().encode(`go 1.${this.#version} trace\0\0\0`)
	}

	/** Everything that follows happens at `time` or later. Nanoseconds. */
	at(time: number): void {
		if (this.#origin === null) this.#origin = Math.round(time) - firstTime
		const now = Math.round(time) - this.#origin
		if (now < this.#now) this.moved++
		else this.#now = now
		if (this.#generation === 0) this.#begin()
	}

	/** Whether a generation has become long enough to end: then call {@link GoWriter.cut}. */
	get isFull(): boolean {
		return this.#generation > 0 && (this.#size + this.#tables.size > largest || this.#now - this.#began > longest)
	}

	/** Ends the generation, and begins the next one. */
	cut(): Uint8Array[] {
		const bytes = this.end()
		this.#now++
		this.#begin()
		return bytes
	}

	/** Ends the last generation. */
	end(): Uint8Array[] {
		if (this.#generation === 0) return []
		const anyone = this.thread(0)
		for (const proc of this.#procs) this.#useProc(proc, anyone)
		for (const goroutine of this.#goroutines.values()) this.#useGoroutine(goroutine, anyone)
		for (const thread of this.#threads.values()) this.#flush(thread)
		// Stacks add strings, so the strings come last.
		for (const payload of this.#tables.payloads()) this.#batch(0, this.#began, payload)
		for (const payload of chunks(go.cpuSamples, this.#samples)) this.#batch(0, this.#began, payload)
		this.#batch(0, this.#began, this.#sync())
		if (this.#version >= 26) this.#batches.push(Uint8Array.of(go.endOfGeneration))
		const bytes = this.#batches
		this.#batches = []
		return bytes
	}

	thread(id: number): Thread {
		let thread = this.#threads.get(id)
		if (thread === undefined) {
			thread = { id, proc: null, goroutine: null, bytes: new Bytes(), base: this.#now, last: this.#now }
			this.#threads.set(id, thread)
		}
		return thread
	}

	/** A new row, idle, and the thread that will use it: their ids differ by one, because thread 0 is used for events outside of threads. */
	addProc(): Thread {
		const proc = { id: this.#procs.length, state: procState.idle, sequence: 0, generation: 0 }
		this.#procs.push(proc)
		const thread = this.thread(proc.id + 1)
		for (const { goroutine } of this.#threads.values())
			if (goroutine !== null) {
				this.#tellProcs(goroutine.thread!)
				break
			}
		return thread
	}

	startProc(thread: Thread): void {
		const proc = this.#procs[thread.id - 1]!
		this.#useProc(proc, thread)
		proc.state = procState.running
		this.#event(thread, go.procStart, proc.id, ++proc.sequence)
		thread.proc = proc
	}

	stopProc(thread: Thread): void {
		this.#event(thread, go.procStop)
		thread.proc!.state = procState.idle
		thread.proc = null
	}

	/**
	 * A new goroutine, runnable.
	 *
	 * @param on a thread with a proc; the goroutine that runs there is the creator
	 */
	create(on: Thread, root: Frame): Goroutine {
		const stack = [root]
		const creator = on.goroutine
		const generation = this.#generation
		const id = this.#nextGoroutine++
		const bytes = this.#open(on, go.create)
		bytes.varint(id)
		const named = { generation, bytes, at: bytes.place(this.#tables.stack(stack)) }
		bytes.varint(creator === null ? 0 : this.#tables.stack(creator.root))
		const goroutine: Goroutine = {
			id,
			state: goState.runnable,
			sequence: 0,
			generation,
			root: stack,
			at: stack,
			thread: null,
			named,
		}
		this.#goroutines.set(id, goroutine)
		return goroutine
	}

	/** Gives a goroutine another name, also where it began, if that was in this generation. Later it is a label. */
	rename(goroutine: Goroutine, root: Frame): void {
		const stack = [root]
		if (goroutine.at === goroutine.root) goroutine.at = stack
		goroutine.root = stack
		const { named } = goroutine
		if (named.generation === this.#generation) named.bytes.put(named.at, this.#tables.stack(stack))
		else if (goroutine.state === goState.running) this.label(goroutine, root.name)
	}

	/** Replaces a text, if its bytes have not been returned yet. */
	retext({ generation, bytes, at }: Mark, text: string): boolean {
		if (generation !== this.#generation) return false
		bytes.put(at, this.#tables.string(text))
		return true
	}

	start(thread: Thread, goroutine: Goroutine): void {
		this.#useGoroutine(goroutine, thread)
		this.#event(thread, go.start, goroutine.id, ++goroutine.sequence)
		goroutine.state = goState.running
		goroutine.thread = thread
		thread.goroutine = goroutine
		this.#tellProcs(thread)
	}

	/** The goroutine waits. Profiles show its stack. */
	block(goroutine: Goroutine, reason: string, stack: Stack = goroutine.root): Mark {
		const thread = goroutine.thread!
		const bytes = this.#open(thread, go.block)
		const at = bytes.place(this.#tables.string(reason))
		bytes.varint(this.#tables.stack(stack))
		this.#leave(goroutine, goState.waiting, stack)
		return { generation: this.#generation, bytes, at }
	}

	/** The goroutine yields, and is runnable. */
	stop(goroutine: Goroutine, reason: string, stack: Stack = goroutine.root): void {
		this.#event(goroutine.thread!, go.stop, this.#tables.string(reason), this.#tables.stack(stack))
		this.#leave(goroutine, goState.runnable, stack)
	}

	/**
	 * The goroutine becomes runnable.
	 *
	 * @param by the thread of the goroutine that wakes it, or thread 0
	 */
	unblock(by: Thread, goroutine: Goroutine): void {
		this.#useGoroutine(goroutine, by)
		// Without a stack, tools before Go 1.26 omit the wait from their profiles.
		this.#event(by, go.unblock, goroutine.id, ++goroutine.sequence, this.#tables.stack(by.goroutine?.root ?? goroutine.at))
		goroutine.state = goState.runnable
	}

	destroy(goroutine: Goroutine): void {
		this.#event(goroutine.thread!, go.destroy)
		goroutine.thread!.goroutine = null
		this.#goroutines.delete(goroutine.id)
	}

	label(goroutine: Goroutine, text: string): void {
		if (text !== '') this.#event(goroutine.thread!, go.label, this.#tables.string(text))
	}

	/** @returns the position of its name */
	beginTask(on: Goroutine, id: number, parent: number, name: string): Mark {
		const bytes = this.#open(on.thread!, go.taskBegin)
		bytes.varint(id)
		bytes.varint(parent)
		const at = bytes.place(this.#tables.string(name))
		bytes.varint(this.#tables.stack(on.root))
		return { generation: this.#generation, bytes, at }
	}

	endTask(on: Goroutine, id: number): void {
		this.#event(on.thread!, go.taskEnd, id, this.#tables.stack(on.root))
	}

	/** @param at a frame of the place where it begins, besides the name of the goroutine */
	beginRegion(on: Goroutine, task: number, name: string, at: Frame | null = null): void {
		const stack = this.#tables.stack(at === null ? on.root : [at, ...on.root])
		this.#event(on.thread!, go.regionBegin, task, this.#tables.string(name), stack)
	}

	endRegion(on: Goroutine, task: number, name: string): void {
		this.#event(on.thread!, go.regionEnd, task, this.#tables.string(name), this.#tables.stack(on.root))
	}

	log(on: Goroutine, task: number, key: string, value: string): void {
		this.#event(on.thread!, go.log, task, this.#tables.string(key), this.#tables.string(value), this.#tables.stack(on.root))
	}

	/** A stop of the thread of a goroutine that ends now, and began at most `length` nanoseconds ago. */
	stopTheWorld(on: Goroutine, kind: string, length: number): void {
		const thread = on.thread!
		const end = this.#now
		const begin = Math.max(thread.last, end - Math.round(length))
		this.#now = begin
		this.#event(thread, go.stwBegin, this.#tables.string(kind), this.#tables.stack(on.root))
		this.#now = Math.max(end, this.#now)
		this.#event(thread, go.stwEnd)
	}

	/** A garbage collection that ends now, like {@link GoWriter.stopTheWorld}. */
	collection(on: Goroutine, kind: string, length: number): void {
		const thread = on.thread!
		const end = this.#now
		this.#now = Math.max(thread.last, end - Math.round(length))
		this.#event(thread, go.gcBegin, ++this.#gcSequence, this.#tables.stack(on.root))
		this.#now = Math.max(end, this.#now)
		this.stopTheWorld(on, kind, length)
		this.#event(thread, go.gcEnd, ++this.#gcSequence)
	}

	heap(thread: Thread, used: number, goal: number | null): void {
		this.#event(thread, go.heapAlloc, used)
		if (goal !== null) this.#event(thread, go.heapGoal, goal)
	}

	/** A sample of the running goroutine. */
	sample(time: number, thread: Thread, stack: Stack): void {
		const bytes = new Bytes(32)
		bytes.byte(go.cpuSample)
		bytes.varint(Math.max(this.#began, Math.round(time) - (this.#origin ?? 0)))
		bytes.varint(thread.id)
		if (thread.proc === null) bytes.bytes(noProc)
		else bytes.varint(thread.proc.id)
		bytes.varint(thread.goroutine?.id ?? 0)
		bytes.varint(this.#tables.stack(stack))
		this.#samples.push(bytes.view)
		this.#size += bytes.length
	}

	#leave(goroutine: Goroutine, state: number, stack: Stack): void {
		goroutine.thread!.goroutine = null
		goroutine.thread = null
		goroutine.state = state
		goroutine.at = stack
	}

	#begin(): void {
		this.#generation++
		this.#began = this.#now
		this.#size = 0
		this.#tables = new Tables(this.#places)
		this.#samples = []
		this.#procsTold = 0
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
				this.#tellProcs(thread)
			}
	}

	#useProc(proc: Proc, thread: Thread): void {
		if (proc.generation === this.#generation) return
		proc.generation = this.#generation
		proc.sequence = 0
		this.#event(thread, go.procStatus, proc.id, proc.state)
	}

	#useGoroutine(goroutine: Goroutine, thread: Thread): void {
		if (goroutine.generation === this.#generation) return
		goroutine.generation = this.#generation
		goroutine.sequence = 0
		const { id, state, at } = goroutine
		const on = goroutine.thread ?? thread
		if (this.#version >= 23) this.#event(on, go.statusStack, id, goroutine.thread?.id ?? nobody, state, this.#tables.stack(at))
		else this.#event(on, go.status, id, goroutine.thread?.id ?? nobody, state)
	}

	/** The number of rows. The utilisation page fails on a trace that does not declare them before using them. */
	#tellProcs(thread: Thread): void {
		const told = this.#procs.length
		if (this.#procsTold === told) return
		this.#procsTold = told
		this.#event(thread, go.procsChange, told, this.#tables.stack(thread.goroutine!.root))
	}

	#event(thread: Thread, type: number, ...args: readonly Entry[]): void {
		const bytes = this.#open(thread, type)
		for (const arg of args) bytes.varint(arg)
	}

	/** Begins an event. Its arguments follow. */
	#open(thread: Thread, type: number): Bytes {
		// Readers order the events of threads by time: later events on another thread may depend on earlier ones.
		if (this.#latest !== thread && this.#latest !== null && this.#now <= this.#latest.last) this.#now = this.#latest.last + 1
		this.#latest = thread
		if (thread.bytes.length > mostPayload - room) this.#flush(thread)
		if (thread.bytes.length === 0) thread.base = thread.last = Math.max(this.#now, thread.last)
		const { bytes } = thread
		bytes.byte(type)
		bytes.varint(Math.max(0, this.#now - thread.last))
		thread.last = Math.max(this.#now, thread.last)
		return bytes
	}

	#flush(thread: Thread): void {
		if (thread.bytes.length > 0) this.#batch(thread.id, thread.base, thread.bytes.view)
		thread.bytes = new Bytes()
	}

	/** Payloads are not copied, because a {@link Mark} may still change them. */
	#batch(thread: number, time: number, payload: Uint8Array): void {
		const head = new Bytes(32)
		head.byte(go.batch)
		head.varint(this.#generation)
		head.varint(thread)
		head.varint(time)
		head.varint(payload.length)
		this.#batches.push(head.view, payload)
		this.#size += payload.length
	}

	/** The clocks. */
	#sync(): Uint8Array {
		const bytes = new Bytes(64)
		if (this.#version < 25) {
			bytes.byte(go.frequency)
			bytes.varint(frequency)
			return bytes.view
		}
		bytes.byte(go.sync)
		bytes.byte(go.frequency)
		bytes.varint(frequency)
		bytes.byte(go.clockSnapshot)
		bytes.varint(0)
		bytes.varint(this.#began)
		const wall = (this.#wallStart() ?? someDay) + BigInt(this.#began + (this.#origin ?? 0))
		bytes.varint(Number(wall / 1_000_000_000n))
		bytes.varint(Number(wall % 1_000_000_000n))
		return bytes.view
	}
}

/** Times are nanoseconds. */
const frequency = 1_000_000_000
/** 2^64-1 */
const noProc = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1)
