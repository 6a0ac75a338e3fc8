// A reader of Go's execution traces that is none of ours and none of Go's: layout, order and state rules as Go's
// readers enforce them. Throws for what they refuse.

const events: Readonly<Record<number, readonly [name: string, args: string]>> = {
	9: ['ProcsChange', 'ns'],
	10: ['ProcStart', 'pq'],
	11: ['ProcStop', ''],
	13: ['ProcStatus', 'pn'],
	14: ['GoCreate', 'gss'],
	16: ['GoStart', 'gq'],
	17: ['GoDestroy', ''],
	19: ['GoStop', 'ts'],
	20: ['GoBlock', 'ts'],
	21: ['GoUnblock', 'gqs'],
	22: ['GoSyscallBegin', 'qs'],
	23: ['GoSyscallEnd', ''],
	25: ['GoStatus', 'gmn'],
	26: ['STWBegin', 'ts'],
	27: ['STWEnd', ''],
	29: ['GCBegin', 'qs'],
	30: ['GCEnd', 'q'],
	37: ['HeapAlloc', 'n'],
	38: ['HeapGoal', 'n'],
	39: ['GoLabel', 't'],
	40: ['UserTaskBegin', 'kkts'],
	41: ['UserTaskEnd', 'ks'],
	42: ['UserRegionBegin', 'kts'],
	43: ['UserRegionEnd', 'kts'],
	44: ['UserLog', 'ktts'],
	48: ['GoStatusStack', 'gmns'],
}
const goStates: readonly string[] = ['', 'runnable', 'running', 'syscall', 'waiting']
const procStates: readonly string[] = ['', 'running', 'idle', 'syscall']

interface CheckedGoroutine {
	readonly id: number
	name: string
	/** Nanoseconds in each state; a wait with its reason behind a colon. */
	readonly time: Record<string, number>
	ended: boolean
	/** Where its stacks end. The first one names it, so all should end there. */
	readonly roots: Set<string>
}

/** What is in a trace that follows the rules. */
export interface Checked {
	version: number
	generations: number
	counts: Record<string, number>
	goroutines: CheckedGoroutine[]
	tasks: { id: number; parent: number; name: string; begin: number; end: number | null }[]
	regions: { task: number; name: string; begin: number; end: number }[]
	logs: { task: number; key: string; value: string; goroutine: string }[]
	samples: number
	first: number
	last: number
	/** Largest generation, in bytes of payload. */
	largest: number
}

function broken(text: string): never {
	throw new Error(text)
}

class Reader {
	at = 0
	readonly bytes: Uint8Array
	constructor(bytes: Uint8Array) {
		this.bytes = bytes
	}

	get done(): boolean {
		return this.at >= this.bytes.length
	}

	byte(): number {
		return this.done ? broken('short read') : this.bytes[this.at++]!
	}

	varint(): number {
		let value = 0
		let factor = 1
		for (let n = 0; n < 10; n++) {
			const byte = this.byte()
			value += (byte & 127) * factor
			if (byte < 128) return value
			factor *= 128
		}
		return broken('varint too long')
	}

	take(length: number): Uint8Array {
		if (this.at + length > this.bytes.length) broken('truncated')
		this.at += length
		return this.bytes.subarray(this.at - length, this.at)
	}
}

interface Batch {
	readonly time: number
	readonly reader: Reader
}

interface Generation {
	readonly number: number
	readonly threads: Map<number, Batch[]>
	readonly strings: Map<number, string>
	readonly stacks: Map<number, readonly number[]>
	/** By program counter: function, file, line. */
	readonly frames: Map<number, readonly [number, number, number]>
	readonly samples: number[]
	frequency: number
	snapshot: boolean
	bytes: number
	begin: number
}

function empty(number: number): Generation {
	return {
		number,
		threads: new Map(),
		strings: new Map([[0, '']]),
		stacks: new Map([[0, []]]),
		frames: new Map(),
		samples: [],
		frequency: 0,
		snapshot: false,
		bytes: 0,
		begin: Number.POSITIVE_INFINITY,
	}
}

function* generationsOf(bytes: Uint8Array, version: number): Generator<Generation, void, undefined> {
	const reader = new Reader(bytes)
	reader.take(16)
	let generation: Generation | null = null
	const complete = (it: Generation): Generation => {
		// Stricter than Go: with others, times that differ may be read as equal.
		if (it.frequency !== 1e9) broken('times are not in nanoseconds')
		if (version >= 25 && !it.snapshot) broken('no clock snapshot')
		for (const [name, file] of it.frames.values())
			if (!it.strings.has(name) || !it.strings.has(file)) broken('a frame without its string')
		for (const stack of it.samples) if (!it.stacks.has(stack)) broken('a sample without its stack')
		return it
	}
	while (!reader.done) {
		const type = reader.byte()
		if (type === 52 && version >= 26) {
			if (generation === null) broken('an end without a generation')
			yield complete(generation)
			generation = null
			continue
		}
		if (type !== 1) broken(`expected a batch, found ${type}`)
		const number = reader.varint()
		const thread = reader.varint()
		const time = reader.varint()
		const length = reader.varint()
		if (length > 65_536) broken('a batch that is too large')
		if (number === 0) broken('generation 0')
		if (time === 0) broken('time 0')
		if (generation !== null && generation.number !== number) {
			if (version >= 26) broken('a generation without its end')
			if (number !== generation.number + 1) broken('generations out of order')
			yield complete(generation)
			generation = null
		}
		generation ??= empty(number)
		generation.bytes += length
		generation.begin = Math.min(generation.begin, time)
		const payload = reader.take(length)
		if (length > 0) batch(generation, thread, time, payload, version)
	}
	if (generation !== null) {
		if (version >= 26) broken('a generation without its end')
		yield complete(generation)
	}
}

function batch(generation: Generation, thread: number, time: number, payload: Uint8Array, version: number): void {
	const reader = new Reader(payload)
	const { strings, stacks, frames, samples } = generation
	switch (payload[0]!) {
		case 4:
			reader.byte()
			while (!reader.done) {
				if (reader.byte() !== 5) broken('expected a string')
				const id = reader.varint()
				const length = reader.varint()
				if (length > 1024) broken('a string that is too long')
				if (strings.has(id)) broken('a string twice')
				strings.set(id, new TextDecoder('utf-8', { fatal: true }).decode(reader.take(length)))
			}
			break
		case 2:
			reader.byte()
			while (!reader.done) {
				if (reader.byte() !== 3) broken('expected a stack')
				const id = reader.varint()
				const length = reader.varint()
				if (length > 128) broken('a stack that is too deep')
				if (stacks.has(id)) broken('a stack twice')
				const stack: number[] = []
				for (let i = 0; i < length; i++) {
					const counter = reader.varint()
					const frame = [reader.varint(), reader.varint(), reader.varint()] as const
					const known = frames.get(counter)
					if (known !== undefined && known.some((part, j) => part !== frame[j]))
						broken('two places with one program counter')
					frames.set(counter, frame)
					stack.push(counter)
				}
				stacks.set(id, stack)
			}
			break
		case 6:
			reader.byte()
			while (!reader.done) {
				if (reader.byte() !== 7) broken('expected a sample')
				for (let i = 0; i < 4; i++) reader.varint()
				samples.push(reader.varint())
			}
			break
		case 8:
		case 50: {
			const isSync = payload[0] === 50
			if (isSync !== version >= 25) broken('clocks of another version')
			if (isSync) reader.byte()
			while (!reader.done) {
				const type = reader.byte()
				if (type === 8) {
					if (generation.frequency !== 0) broken('frequency twice')
					generation.frequency = reader.varint()
				} else if (type === 51 && version >= 25) {
					generation.snapshot = true
					reader.varint()
					for (let i = 0; i < 3; i++) if (reader.varint() <= 0 && i < 2) broken('a clock that is 0')
				} else broken('unknown clocks')
			}
			break
		}
		default: {
			const batches = generation.threads.get(thread)
			if (batches === undefined) generation.threads.set(thread, [{ time, reader }])
			else batches.push({ time, reader })
		}
	}
}

interface Proc {
	state: string
	generation: number
	sequence: number
}

interface Goroutine extends Proc {
	since: number
	why: string
	readonly regions: { task: number; name: string; begin: number }[]
	stw: boolean
	readonly checked: CheckedGoroutine
}

interface Thread {
	proc: number
	goroutine: number
}

interface Event {
	readonly type: string
	readonly kinds: string
	readonly args: readonly number[]
	readonly time: number
}

/** The events of one thread, one after the other. */
class Stream {
	readonly thread: number
	event: Event | null = null
	readonly #batches: readonly Batch[]
	#nth = 0
	#time: number | null = null

	constructor(thread: number, batches: readonly Batch[]) {
		this.thread = thread
		this.#batches = batches
		this.advance()
	}

	advance(): void {
		this.event = null
		while (this.#nth < this.#batches.length) {
			const { time, reader } = this.#batches[this.#nth]!
			if (reader.done) {
				this.#nth++
				this.#time = null
				continue
			}
			const known = events[reader.byte()]
			if (known === undefined) broken('an unknown event')
			const [type, kinds] = known
			this.#time = (this.#time ?? time) + reader.varint()
			this.event = { type, kinds, args: Array.from(kinds, () => reader.varint()), time: this.#time }
			return
		}
	}
}

/** Check a whole trace. */
export function checkGoTrace(bytes: Uint8Array): Checked {
	const head = /^go 1\.(\d+) trace\0\0\0$/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 16)))
	if (head === null) broken('not a trace')
	const version = Number(head[1])
	if (![22, 23, 25, 26].includes(version)) broken(`version ${version}`)
	return new Checker(version).check(bytes)
}

class Checker {
	readonly #result: Checked
	readonly #goroutines = new Map<number, Goroutine>()
	readonly #procs = new Map<number, Proc>()
	readonly #threads = new Map<number, Thread>()
	readonly #tasks = new Map<number, Checked['tasks'][number]>()
	#generation: Generation = empty(0)
	#firstGeneration = 0
	#gc: 'unknown' | 'on' | 'off' = 'unknown'
	#gcSequence = 0
	#procsTold = 0

	constructor(version: number) {
		this.#result = {
			version,
			generations: 0,
			counts: {},
			goroutines: [],
			tasks: [],
			regions: [],
			logs: [],
			samples: 0,
			first: Number.POSITIVE_INFINITY,
			last: 0,
			largest: 0,
		}
	}

	check(bytes: Uint8Array): Checked {
		const result = this.#result
		for (const generation of generationsOf(bytes, result.version)) {
			this.#generation = generation
			this.#firstGeneration ||= generation.number
			this.#procsTold = 0
			result.generations++
			result.samples += generation.samples.length
			result.first = Math.min(result.first, generation.begin)
			result.largest = Math.max(result.largest, generation.bytes)
			this.#order(
				[...generation.threads]
					.map(([thread, batches]) => new Stream(thread, batches))
					.filter(({ event }) => event !== null),
			)
			for (const { stw } of this.#goroutines.values())
				if (stw) broken('the world is stopped at the end of a generation')
			if (this.#gc === 'on') broken('a collection goes on at the end of a generation')
			// So that a reader may begin at the next one.
			for (const [id, { generation: at }] of this.#goroutines)
				if (at !== generation.number) broken(`goroutine ${id} has no status`)
			for (const [id, { generation: at }] of this.#procs)
				if (at !== generation.number) broken(`proc ${id} has no status`)
		}
		for (const { checked, state, since, why } of this.#goroutines.values())
			spend(checked, state, why, result.last - since)
		return result
	}

	/** By time; where an event cannot be next, by who can. */
	#order(streams: Stream[]): void {
		let previous = { time: 0, thread: 0 }
		while (streams.length > 0) {
			streams.sort((a, b) => a.event!.time - b.event!.time)
			const next = streams.findIndex(stream => this.#step(stream.thread, stream.event!))
			if (next === -1)
				broken(
					`no thread can go on: ${streams.map(({ thread, event }) => `${thread} ${event!.type} ${event!.args.join(' ')}`).join(', ')}`,
				)
			const stream = streams[next]!
			const { time, type } = stream.event!
			// Stricter than Go: what we write never waits for another thread, nor leaves it to the reader who is next. Go takes
			// the first collection that it reads for the first one.
			if (time < previous.time) broken('an event before the one that it depends on')
			if (time === previous.time && stream.thread !== previous.thread) broken('two threads at one time')
			previous = { time, thread: stream.thread }
			this.#result.last = Math.max(this.#result.last, time)
			this.#result.counts[type] = (this.#result.counts[type] ?? 0) + 1
			stream.advance()
			if (stream.event === null) streams.splice(next, 1)
		}
	}

	/** False: it cannot be next. */
	#step(id: number, { type, kinds, args, time }: Event): boolean {
		let thread = this.#threads.get(id)
		if (thread === undefined) this.#threads.set(id, (thread = { proc: -1, goroutine: -1 }))
		for (const [i, kind] of Array.from(kinds).entries()) {
			if (kind === 't' && !this.#generation.strings.has(args[i]!)) broken(`${type}: no string ${args[i]}`)
			if (kind === 's' && !this.#generation.stacks.has(args[i]!)) broken(`${type}: no stack ${args[i]}`)
		}
		if (thread.proc !== -1 && this.#procsTold > 0 && thread.proc >= this.#procsTold) broken('a proc beyond GOMAXPROCS')
		return this.#apply(thread, type, args, time)
	}

	#apply(thread: Thread, type: string, args: readonly number[], time: number): boolean {
		const goroutine = this.#goroutines.get(thread.goroutine)
		const proc = this.#procs.get(thread.proc)
		const [a = 0, b = 0, c = 0] = args
		const needProc = (): Proc => proc ?? broken(`${type}: no proc`)
		const needGo = (): Goroutine => {
			needProc()
			return goroutine?.state === 'running' ? goroutine : broken(`${type}: no goroutine that runs`)
		}
		switch (type) {
			case 'ProcStatus':
				this.#procStatus(thread, a, procStates[b] ?? broken('proc state'))
				return true
			case 'ProcStart': {
				const it = this.#procs.get(a)
				if (it === undefined || it.state !== 'idle' || !this.#follows(it, b) || thread.proc !== -1) return false
				it.state = 'running'
				it.sequence = b
				thread.proc = a
				return true
			}
			case 'ProcStop':
				if (needProc().state !== 'running') broken('a proc that does not run')
				if (goroutine !== undefined) broken('a proc that stops below its goroutine')
				proc!.state = 'idle'
				thread.proc = -1
				return true
			case 'GoStatus':
			case 'GoStatusStack':
				this.#goStatus(
					thread,
					a,
					goStates[c] ?? broken('goroutine state'),
					time,
					type === 'GoStatusStack' ? this.#name(args[3]!) : '',
				)
				return true
			case 'GoCreate':
				needProc()
				if (this.#goroutines.has(a)) broken('a goroutine twice')
				this.#make(a, 'runnable', time, this.#name(b))
				return true
			case 'GoStart': {
				const it = this.#goroutines.get(a)
				if (it === undefined || it.state !== 'runnable' || !this.#follows(it, b)) return false
				needProc()
				if (thread.goroutine !== -1) broken('a thread that runs another goroutine')
				become(it, 'running', '', time)
				it.sequence = b
				thread.goroutine = a
				return true
			}
			case 'GoUnblock': {
				const it = this.#goroutines.get(a)
				if (it === undefined || it.state !== 'waiting' || !this.#follows(it, b)) return false
				if (c === 0) broken('GoUnblock without a stack: older tools leave the wait out')
				become(it, 'runnable', '', time)
				it.sequence = b
				return true
			}
			case 'GoBlock':
			case 'GoStop': {
				const it = needGo()
				it.checked.roots.add(this.#name(b))
				become(it, type === 'GoBlock' ? 'waiting' : 'runnable', this.#text(a), time)
				thread.goroutine = -1
				return true
			}
			case 'GoDestroy': {
				const it = needGo()
				if (it.regions.length > 0) broken('a region is open at the end of its goroutine')
				become(it, 'gone', '', time)
				it.checked.ended = true
				this.#goroutines.delete(thread.goroutine)
				thread.goroutine = -1
				return true
			}
			case 'GoSyscallBegin': {
				const it = needGo()
				if (!this.#follows(proc!, a)) broken('sequence of the proc')
				proc!.sequence = a
				proc!.state = 'syscall'
				become(it, 'syscall', '', time)
				return true
			}
			case 'GoSyscallEnd':
				if (goroutine?.state !== 'syscall' || proc?.state !== 'syscall') broken(type)
				become(goroutine, 'running', '', time)
				proc.state = 'running'
				return true
			case 'STWBegin':
				if (needGo().stw) broken('the world is stopped already')
				goroutine!.stw = true
				return true
			case 'STWEnd':
				if (!needGo().stw) broken('the world is not stopped')
				goroutine!.stw = false
				return true
			case 'GCBegin':
			case 'GCEnd':
				needGo()
				if (a !== this.#gcSequence + 1) return false
				if ((this.#gc === 'on') !== (type === 'GCEnd')) broken(type)
				this.#gc = type === 'GCBegin' ? 'on' : 'off'
				this.#gcSequence = a
				return true
			case 'HeapAlloc':
			case 'HeapGoal':
				needProc()
				return true
			case 'ProcsChange':
				needGo()
				this.#procsTold = a
				return true
			case 'GoLabel':
				needGo()
				if (a === 0) broken('an empty label')
				return true
			default:
				this.#user(needGo(), type, args, time)
				return true
		}
	}

	#user(goroutine: Goroutine, type: string, [a = 0, b = 0, c = 0]: readonly number[], time: number): void {
		if (this.#procsTold === 0) broken('GOMAXPROCS is not known')
		switch (type) {
			case 'UserTaskBegin': {
				if (this.#tasks.has(a)) broken('the id of a task that goes on')
				const task = { id: a, parent: b, name: this.#text(c), begin: time, end: null }
				this.#tasks.set(a, task)
				this.#result.tasks.push(task)
				break
			}
			case 'UserTaskEnd': {
				const task = this.#tasks.get(a) ?? broken('the end of an unknown task')
				task.end = time
				this.#tasks.delete(a)
				break
			}
			case 'UserRegionBegin':
				goroutine.regions.push({ task: a, name: this.#text(b), begin: time })
				break
			case 'UserRegionEnd': {
				const { task, name, begin } = goroutine.regions.pop() ?? broken('the end of an unknown region')
				if (task !== a || name !== this.#text(b)) broken('the end of a region that is not the innermost')
				this.#result.regions.push({ task, name, begin, end: time })
				break
			}
			case 'UserLog':
				this.#result.logs.push({ task: a, key: this.#text(b), value: this.#text(c), goroutine: goroutine.checked.name })
				break
			default:
				broken(`unexpected ${type}`)
		}
	}

	#follows(it: Proc, sequence: number): boolean {
		if (it.generation !== this.#generation.number) broken('something is used before its status')
		return sequence === it.sequence + 1
	}

	#procStatus(thread: Thread, id: number, state: string): void {
		const known = this.#procs.get(id)
		if (known !== undefined) {
			if (known.state !== state) broken('the status of a proc contradicts what it did')
			if (known.generation === this.#generation.number) broken('the status of a proc twice')
			known.generation = this.#generation.number
			known.sequence = 0
		} else this.#procs.set(id, { state, generation: this.#generation.number, sequence: 0 })
		if (state === 'running' || state === 'syscall') {
			if (thread.proc !== -1 && thread.proc !== id) broken('a proc on a thread that has another one')
			thread.proc = id
		}
	}

	#goStatus(thread: Thread, id: number, state: string, time: number, name: string): void {
		const known = this.#goroutines.get(id)
		if (known === undefined) {
			if (this.#generation.number !== this.#firstGeneration) broken('an unknown goroutine after the first generation')
			this.#make(id, state, time, name)
		} else {
			if (known.state !== state) broken('the status of a goroutine contradicts what it did')
			if (known.generation === this.#generation.number) broken('the status of a goroutine twice')
			known.generation = this.#generation.number
			known.sequence = 0
			if (name !== '') known.checked.name = name
		}
		if (state === 'running' || state === 'syscall') {
			if (thread.goroutine !== -1 && thread.goroutine !== id) broken('a status on a thread that runs another goroutine')
			thread.goroutine = id
		}
	}

	#make(id: number, state: string, time: number, name: string): void {
		const checked: CheckedGoroutine = { id, name, time: {}, ended: false, roots: new Set() }
		this.#result.goroutines.push(checked)
		this.#goroutines.set(id, {
			state,
			generation: this.#generation.number,
			sequence: 0,
			since: time,
			why: '',
			regions: [],
			stw: false,
			checked,
		})
	}

	#text(id: number): string {
		return this.#generation.strings.get(id)!
	}

	/** Function of the outermost frame. */
	#name(stack: number): string {
		const counter = this.#generation.stacks.get(stack)!.at(-1)
		return counter === undefined ? '' : this.#text(this.#generation.frames.get(counter)![0])
	}
}

function become(it: Goroutine, state: string, why: string, time: number): void {
	spend(it.checked, it.state, it.why, time - it.since)
	it.state = state
	it.since = time
	it.why = state === 'waiting' ? why : ''
}

function spend(checked: CheckedGoroutine, state: string, why: string, time: number): void {
	const key = why === '' ? state : `${state}:${why}`
	checked.time[key] = (checked.time[key] ?? 0) + time
}
