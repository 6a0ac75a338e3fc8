import type { Detail } from '../data/header.js'
import type { Found, Reply, Request, Sum, Tile } from './protocol.js'

type Ask = Extract<Request, { ask: number }>
type Without<T> = T extends unknown ? Omit<T, 'ask'> : never
type Draw = Extract<Request, { type: 'draw' }>

/** The worker that has the data. */
export class Client {
	onTile: (tile: Tile) => void = () => {}
	onFailed: (message: string) => void = () => {}
	readonly #worker: Worker
	readonly #waiting = new Map<number, (value: unknown) => void>()
	#asks = 0
	/** One picture is drawn at a time; of those asked for meanwhile, the last one counts. */
	#drawing = false
	#next: Draw | null = null
	#loaded: () => void = () => {}

	constructor(source: string) {
		this.#worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
		this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#take(data)
		this.#worker.onerror = event => this.onFailed(event.message)
	}

	get isDrawing(): boolean {
		return this.#drawing
	}

	async load(request: Omit<Extract<Request, { type: 'load' }>, 'type'>): Promise<void> {
		const loaded = new Promise<void>(resolve => (this.#loaded = resolve))
		this.#post({ type: 'load', ...request }, [request.columns, request.points])
		await loaded
	}

	draw(request: Draw): void {
		if (this.#drawing) {
			this.#next = request
			return
		}
		this.#drawing = true
		this.#post(request)
	}

	async at(row: number, lane: number, depth: number, time: number, slack: number): Promise<Found | null> {
		return this.#ask<Found | null>({ type: 'at', row, lane, depth, time, slack })
	}

	async find(interval: number): Promise<Found> {
		return this.#ask<Found>({ type: 'find', interval })
	}

	async detail(interval: number): Promise<Detail> {
		return this.#ask<Detail>({ type: 'detail', interval })
	}

	async sums(from: number, to: number, shown: Uint8Array | null): Promise<readonly Sum[]> {
		return this.#ask<readonly Sum[]>({ type: 'sums', from, to, shown })
	}

	async nearest(name: number, time: number): Promise<Found | null> {
		return this.#ask<Found | null>({ type: 'nearest', name, time })
	}

	async inside(interval: number): Promise<readonly Sum[]> {
		return this.#ask<readonly Sum[]>({ type: 'inside', interval })
	}

	async slowest(name: number): Promise<readonly Found[]> {
		return this.#ask<readonly Found[]>({ type: 'slowest', name })
	}

	async next(interval: number | null, by: 1 | -1, shown: Uint8Array | null): Promise<Found | null> {
		return this.#ask<Found | null>({ type: 'next', interval, by, shown })
	}

	async overview(width: number): Promise<Float64Array> {
		return this.#ask<Float64Array>({ type: 'overview', width })
	}

	async #ask<T>(request: Without<Ask>): Promise<T> {
		const ask = ++this.#asks
		return new Promise<T>(resolve => {
			this.#waiting.set(ask, value => resolve(value as T))
			this.#post({ ...request, ask })
		})
	}

	#post(request: Request, transfer: Transferable[] = []): void {
		this.#worker.postMessage(request, transfer)
	}

	#take(reply: Reply): void {
		if (reply.type === 'loaded') this.#loaded()
		else if (reply.type === 'failed') this.onFailed(reply.message)
		else if (reply.type === 'answer') {
			this.#waiting.get(reply.ask)?.(reply.value)
			this.#waiting.delete(reply.ask)
		} else {
			this.#drawing = false
			const next = this.#next
			this.#next = null
			if (next !== null) this.draw(next)
			this.onTile(reply)
		}
	}
}
