// What Go's programs synchronise with, in TypeScript: as small as their leaks need.

/** A channel: a send waits for a receiver unless there is room; a closed one gives undefined. */
export class Channel<T> {
	readonly #room: number
	readonly #values: T[] = []
	readonly #senders: { readonly value: T; readonly done: () => void }[] = []
	readonly #receivers: ((value: T | undefined) => void)[] = []
	#closed = false

	constructor(room = 0) {
		this.#room = room
	}

	async send(value: T): Promise<void> {
		const receiver = this.#receivers.shift()
		if (receiver !== undefined) return receiver(value)
		if (this.#values.length < this.#room) return void this.#values.push(value)
		return new Promise(done => this.#senders.push({ value, done }))
	}

	async receive(): Promise<T | undefined> {
		if (this.#values.length > 0) {
			const value = this.#values.shift()
			const sender = this.#senders.shift()
			if (sender !== undefined) {
				this.#values.push(sender.value)
				sender.done()
			}
			return value
		}
		const sender = this.#senders.shift()
		if (sender !== undefined) {
			sender.done()
			return sender.value
		}
		if (this.#closed) return undefined
		return new Promise(resolve => this.#receivers.push(resolve))
	}

	close(): void {
		this.#closed = true
		for (const receiver of this.#receivers.splice(0)) receiver(undefined)
	}
}

export class Mutex {
	#held = false
	readonly #waiting: (() => void)[] = []

	async lock(): Promise<void> {
		if (!this.#held) this.#held = true
		else await new Promise<void>(resolve => this.#waiting.push(resolve))
	}

	unlock(): void {
		const next = this.#waiting.shift()
		if (next === undefined) this.#held = false
		else next()
	}
}

/** Readers share; a writer that waits keeps new readers out. */
export class RwMutex {
	#readers = 0
	#writer = false
	readonly #waiting: { readonly isWriter: boolean; readonly go: () => void }[] = []

	async rlock(): Promise<void> {
		if (this.#writer || this.#waiting.length > 0)
			await new Promise<void>(go => this.#waiting.push({ isWriter: false, go }))
		else this.#readers++
	}

	async lock(): Promise<void> {
		if (this.#writer || this.#readers > 0) await new Promise<void>(go => this.#waiting.push({ isWriter: true, go }))
		else this.#writer = true
	}

	runlock(): void {
		if (--this.#readers === 0) this.#next()
	}

	unlock(): void {
		this.#writer = false
		this.#next()
	}

	#next(): void {
		const first = this.#waiting.shift()
		if (first === undefined) return
		if (first.isWriter) this.#writer = true
		else this.#readers++
		first.go()
	}
}

export class WaitGroup {
	#count = 0
	readonly #waiting: (() => void)[] = []

	add(n: number): void {
		this.#count += n
	}

	done(): void {
		if (--this.#count === 0) for (const go of this.#waiting.splice(0)) go()
	}

	async wait(): Promise<void> {
		if (this.#count > 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
	}
}

export class Cond {
	readonly #waiting: (() => void)[] = []

	async wait(): Promise<void> {
		await new Promise<void>(resolve => this.#waiting.push(resolve))
	}

	signal(): void {
		this.#waiting.shift()?.()
	}

	broadcast(): void {
		for (const go of this.#waiting.splice(0)) go()
	}
}

/** Done when it is cancelled, or by a timer. */
export class Context {
	readonly done: Channel<never> = new Channel()

	constructor(ms?: number) {
		if (ms !== undefined) setTimeout(() => this.cancel(), ms)
	}

	cancel(): void {
		this.done.close()
	}
}

/** The first that can go on, as `select`: the others are not withdrawn. */
export async function select(...cases: readonly Promise<unknown>[]): Promise<unknown> {
	return Promise.race(cases)
}
