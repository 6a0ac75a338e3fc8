import type { Detail, Header } from '../data/header.js'
import type {
	ArgumentFilter,
	Arrow,
	DrawRequest,
	Flame,
	FlameKind,
	FoundInterval,
	Layer,
	PageRequest,
	PathInterval,
	Sum,
	WorkerReply,
} from './protocol.js'
import type { Tile } from './tiles.js'

type Ask = Extract<PageRequest, { ask: number }>
type Without<T> = T extends unknown ? Omit<T, 'ask'> : never

/** The worker that has the data. */
export class Client {
	onTile: (tile: Tile) => void = () => {}
	onFailed: (message: string) => void = () => {}
	onProgress: (bytes: number, size: number) => void = () => {}
	readonly #worker: Worker
	readonly #waiting = new Map<number, (value: unknown) => void>()
	#asks = 0
	/** One picture is drawn at a time; of those requested meanwhile, only the last one is drawn. */
	#drawing = false
	#next: DrawRequest | null = null
	#loaded: (header: Header | null) => void = () => {}

	constructor(source: string) {
		this.#worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
		this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => this.#take(data)
		this.#worker.onerror = event => this.onFailed(event.message)
	}

	get isDrawing(): boolean {
		return this.#drawing
	}

	async load(request: Omit<Extract<PageRequest, { type: 'load' }>, 'type'>): Promise<void> {
		const loaded = new Promise<unknown>(resolve => (this.#loaded = resolve))
		this.#post({ type: 'load', ...request }, [request.columns, request.points, request.links, request.samples])
		await loaded
	}

	/** Let the worker read files. @returns their content */
	async read(files: readonly Blob[], title: string): Promise<Header> {
		const loaded = new Promise<Header | null>(resolve => (this.#loaded = resolve))
		this.#post({ type: 'read', files, title })
		return (await loaded)!
	}

	/** End the worker. Pending requests are never answered. */
	close(): void {
		this.#worker.terminate()
	}

	draw(request: DrawRequest): void {
		if (this.#drawing) {
			this.#next = request
			return
		}
		this.#drawing = true
		this.#post(request)
	}

	async at(row: number, lane: number, depth: number, time: number, slack: number): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'at', row, lane, depth, time, slack })
	}

	async find(interval: number): Promise<FoundInterval> {
		return this.#ask<FoundInterval>({ type: 'find', interval })
	}

	async detail(interval: number): Promise<Detail> {
		return this.#ask<Detail>({ type: 'detail', interval })
	}

	async sums(from: number, to: number, shown: Uint8Array | null): Promise<readonly Sum[]> {
		return this.#ask<readonly Sum[]>({ type: 'sums', from, to, shown })
	}

	async nearest(name: number, time: number): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'nearest', name, time })
	}

	async inside(interval: number): Promise<readonly Sum[]> {
		return this.#ask<readonly Sum[]>({ type: 'inside', interval })
	}

	/** Let through only what has these arguments; without one, all. @returns how many slices and events have them */
	async filter(filters: readonly ArgumentFilter[]): Promise<number> {
		return this.#ask<number>({ type: 'filter', filters })
	}

	/** The slowest slices of a name, of those that took from `least` to below `below`. */
	async slowest(
		name: number,
		least: number = 0,
		below: number = Number.POSITIVE_INFINITY,
	): Promise<readonly FoundInterval[]> {
		return this.#ask<readonly FoundInterval[]>({ type: 'slowest', name, least, below })
	}

	/** The slice of a name whose duration is nearest to `took`, of those that touch a range. */
	async closest(name: number, took: number, from: number, to: number): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'closest', name, took, from, to })
	}

	/** The longest wait at a place in the source. */
	async waitAt(site: string): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'waitAt', site })
	}

	/** The slice nearest to a time, in the next lane that has one, or in the previous. */
	async beside(
		interval: number | null,
		time: number,
		by: 1 | -1,
		shown: Uint8Array | null,
	): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'beside', interval, time, by, shown })
	}

	async next(interval: number | null, by: 1 | -1, shown: Uint8Array | null): Promise<FoundInterval | null> {
		return this.#ask<FoundInterval | null>({ type: 'next', interval, by, shown })
	}

	/** All arrows of a slice and its parents; without a slice, those in a range. */
	async arrows(from: number, to: number, of: number | null): Promise<readonly Arrow[]> {
		return this.#ask<readonly Arrow[]>({ type: 'arrows', from, to, of })
	}

	async path(of: number): Promise<readonly PathInterval[]> {
		return this.#ask<readonly PathInterval[]>({ type: 'path', of })
	}

	async flame(of: FlameKind, from: number, to: number, shown: Uint8Array | null): Promise<Flame> {
		return this.#ask<Flame>({ type: 'flame', of, from, to, shown })
	}

	async overview(width: number): Promise<readonly Layer[]> {
		return this.#ask<readonly Layer[]>({ type: 'overview', width })
	}

	async #ask<T>(request: Without<Ask>): Promise<T> {
		const ask = ++this.#asks
		return new Promise<T>(resolve => {
			this.#waiting.set(ask, value => resolve(value as T))
			this.#post({ ...request, ask })
		})
	}

	#post(request: PageRequest, transfer: Transferable[] = []): void {
		this.#worker.postMessage(request, transfer)
	}

	#take(reply: WorkerReply): void {
		if (reply.type === 'loaded') this.#loaded(reply.header)
		else if (reply.type === 'progress') this.onProgress(reply.bytes, reply.size)
		else if (reply.type === 'failed') this.onFailed(reply.message)
		else if (reply.type === 'answer') {
			this.#waiting.get(reply.ask)?.(reply.value)
			this.#waiting.delete(reply.ask)
		} else {
			this.#drawing = false
			const next = this.#next
			this.#next = null
			if (next !== null) this.draw(next)
			this.onTile(reply as Tile)
		}
	}
}
