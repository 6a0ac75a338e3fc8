import { inflate } from '../bytes.js'
import type { Answer, Reply, Request } from '../protocol.js'
import { draw } from './raster.js'
import { Store } from './store.js'
import { inside, nearest, next, overview, slowest, sums } from './sums.js'

interface Scope {
	postMessage(reply: Reply, transfer?: Transferable[]): void
	onmessage: ((event: MessageEvent<Request>) => void) | null
}

const scope = globalThis as unknown as Scope
let store: Store | undefined

async function answer(request: Request): Promise<void> {
	if (request.type === 'load') {
		const [columns, points] = await Promise.all([inflate(new Uint8Array(request.columns)), inflate(new Uint8Array(request.points))])
		store = new Store(request.header, columns, points, request.details)
		scope.postMessage({ type: 'loaded' })
		return
	}
	if (store === undefined) return
	if (request.type === 'draw') {
		const tile = draw(store, request)
		scope.postMessage(tile, [tile.pixels])
		return
	}
	const value = await valueOf(store, request)
	scope.postMessage({ type: 'answer', ask: request.ask, value })
}

function valueOf(data: Store, request: Extract<Request, { ask: number }>): Answer | Promise<Answer> {
	switch (request.type) {
		case 'at':
			return data.at(request.row, request.lane, request.depth, request.time, request.slack)
		case 'find':
			return data.found(request.interval)
		case 'detail':
			return data.detail(request.interval)
		case 'sums':
			return sums(data, request.from, request.to, request.shown)
		case 'nearest':
			return nearest(data, request.name, request.time)
		case 'inside':
			return inside(data, request.interval)
		case 'slowest':
			return slowest(data, request.name, 25)
		case 'next':
			return next(data, request.interval, request.by, request.shown)
		case 'overview':
			return overview(data, request.width)
	}
}

scope.onmessage = ({ data }) => {
	answer(data).catch((error: unknown) => scope.postMessage({ type: 'failed', message: String(error) }))
}
