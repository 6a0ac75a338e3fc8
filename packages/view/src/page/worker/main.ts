import { unpackColumns, unpackPoints } from '../../data/columns.js'
import { unpackLinks } from '../../data/links.js'
import { unpackSamples } from '../../data/samples.js'
import { inflate } from '../bytes.js'
import type { ArgumentFilter, PageRequest, WorkerAnswer, WorkerReply } from '../protocol.js'
import { withArguments } from './filter.js'
import { cpu, nesting, states } from './flame.js'
import { arrows } from './links.js'
import { beside, closest, nearest, next, slowest, waitAt } from './lookup.js'
import { overview } from './overview.js'
import { criticalPath } from './path.js'
import { draw } from './raster.js'
import { FileError, readFiles } from './read.js'
import { Store } from './store.js'
import { inside, sums } from './sums.js'

interface WorkerScope {
	postMessage(reply: WorkerReply, transfer?: Transferable[]): void
	onmessage: ((event: MessageEvent<PageRequest>) => void) | null
}

const scope = globalThis as unknown as WorkerScope
let store: Store | undefined

/** More arrows would be unreadable. */
const maxArrows = 400

async function answer(request: PageRequest): Promise<void> {
	if (request.type === 'load') {
		store = await load(request)
		scope.postMessage({ type: 'loaded', header: null })
		return
	}
	if (request.type === 'read') {
		const read = await readFiles(request.files, request.title, (bytes, size) =>
			scope.postMessage({ type: 'progress', bytes, size }),
		)
		;({ store } = read)
		scope.postMessage({ type: 'loaded', header: read.header })
		return
	}
	if (store === undefined) return
	if (request.type === 'draw') {
		const { pixels, ...drawn } = draw(store, request)
		// A bitmap is handed over and drawn without a copy.
		const picture = await createImageBitmap(
			new ImageData(new Uint8ClampedArray(pixels.buffer), drawn.width, drawn.height),
		)
		scope.postMessage({ ...drawn, picture }, [picture])
		return
	}
	const value = await valueOf(store, request)
	scope.postMessage({ type: 'answer', ask: request.ask, value })
}

async function load({ header, details, ...packed }: Extract<PageRequest, { type: 'load' }>): Promise<Store> {
	const unpack = async (bytes: ArrayBuffer): Promise<Uint8Array> => inflate(new Uint8Array(bytes))
	const [columns, points] = await Promise.all([unpack(packed.columns), unpack(packed.points)])
	const [links, samples] = await Promise.all([unpack(packed.links), unpack(packed.samples)])
	return new Store(header, {
		columns: unpackColumns(columns, header.intervals),
		counters: unpackPoints(points, header.rows.filter(({ kind }) => kind === 'counter').length),
		...unpackLinks(links),
		samples: unpackSamples(samples),
		details,
	})
}

function valueOf(data: Store, request: Extract<PageRequest, { ask: number }>): WorkerAnswer | Promise<WorkerAnswer> {
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
		case 'filter':
			return filter(data, request.filters)
		case 'slowest':
			return slowest(data, request.name, 25, request.least, request.below)
		case 'closest':
			return closest(data, request.name, request.took, request.from, request.to)
		case 'waitAt':
			return waitAt(data, request.site)
		case 'beside':
			return beside(data, request.interval, request.time, request.by, request.shown)
		case 'next':
			return next(data, request.interval, request.by, request.shown)
		case 'overview':
			return overview(data, request.width)
		case 'arrows':
			return arrows(data, request.from, request.to, request.of, maxArrows)
		case 'path':
			return criticalPath(data, request.of)
		case 'flame': {
			const { of, from, to, shown } = request
			if (of === 'cpu' || of === 'cpu by task') return cpu(data, of !== 'cpu', from, to, shown)
			return of === 'slices'
				? nesting(data, from, to, shown)
				: states(data, of === 'states' ? null : of, from, to, shown)
		}
	}
}

/** @returns how many intervals have the arguments */
async function filter(data: Store, filters: readonly ArgumentFilter[]): Promise<number> {
	const found = filters.length === 0 ? null : await withArguments(data, filters)
	data.only = found?.isIn ?? null
	return found?.count ?? 0
}

scope.onmessage = ({ data }) => {
	answer(data).catch((error: unknown) =>
		scope.postMessage({ type: 'failed', message: error instanceof FileError ? error.message : String(error) }),
	)
}
