import type { AwaitTree, NamedValue, SourceSite } from '../model.js'
import { placeTree } from '../node/place.js'
import { pathOf, Sources } from '../node/sources.js'
import { SnapshotParser } from '../snapshot/parser.js'
import { remapTree } from '../source/remap.js'
import { type BuiltTree, buildTree, type TreeOptions } from '../tree/build.js'
import { type Inspector, InspectorError } from './inspector.js'
import { valuesOf } from './values.js'

/** How a tree is taken from a live process. */
export interface TakeTreeOptions extends TreeOptions {
	/** Maximum milliseconds for querying the lines of awaits: each query stops the process briefly. 0 disables it. */
	readonly awaitLinesMs?: number
	/**
	 * Also ask for the arguments and variables of one call of each link. What is often secret is left out by its name.
	 * Default false.
	 */
	readonly values?: boolean
	/** Where the files of the process are, if it has others than this one: `/proc/PID/root`. */
	readonly root?: string
	/** Called with the bytes of the snapshot so far. */
	readonly onProgress?: (bytes: number) => void
}

const defaultAwaitLinesMs = 1000

/**
 * Take a heap snapshot through an inspector and make a tree of it. The snapshot is read as it arrives: it is never
 * stored in a file.
 */
export async function takeTree(inspector: Inspector, options: TakeTreeOptions = {}): Promise<AwaitTree> {
	const parser = new SnapshotParser()
	const encoder = new TextEncoder()
	let failure: unknown = null
	inspector.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
		if (failure !== null) return
		try {
			parser.write(encoder.encode(chunk as string))
			options.onProgress?.(parser.offset)
		} catch (error) {
			failure = error
		}
	})
	await inspector.post('HeapProfiler.takeHeapSnapshot', { reportProgress: false, captureNumericValue: false })
	// oxlint-disable-next-line typescript/only-throw-error -- what was caught
	if (failure !== null) throw failure
	const built = buildTree(parser.end(), options)
	const awaits = await awaitSites(
		inspector,
		built,
		options.awaitLinesMs ?? defaultAwaitLinesMs,
		options.values === true,
	)
	const tree = remapTree(built.tree, (link, index) =>
		link.kind === 'call' ? { ...link, ...(awaits.get(index) ?? { awaits: null }) } : link,
	)
	return placeTree(tree, new Sources(await sourceMapUrls(inspector, tree), options.root))
}

/** Finds the await at which one call of each link is suspended. */
async function awaitSites(
	inspector: Inspector,
	built: BuiltTree,
	limit: number,
	withValues: boolean,
): Promise<Map<number, CallDetails>> {
	const found = new Map<number, CallDetails>()
	const start = performance.now()
	try {
		for (const link of byImportance(built)) {
			if (performance.now() - start >= limit) break
			const details = await callDetails(inspector, built.heapIds.get(link)!, built.urlOfScript, withValues)
			if (details !== null) found.set(link, details)
		}
		await inspector.post('Runtime.releaseObjectGroup', { objectGroup })
	} catch (error) {
		// The process may have ended, or closed its inspector: the tree is complete nevertheless.
		if (!(error instanceof InspectorError)) throw error
	}
	return found
}

/**
 * The source maps that V8 knows, if a script may have been compiled while loading. For that the debugger is enabled for
 * a moment.
 */
async function sourceMapUrls(inspector: Inspector, { links }: AwaitTree): Promise<ReadonlyMap<string, string>> {
	const urls = new Map<string, string>()
	const files = new Set(links.map(link => (link.kind === 'end' || link.site === null ? null : pathOf(link.site.file))))
	if (![...files].some(file => file !== null && /\.([mc]?tsx?|jsx|vue|svelte)([?#].*)?$/.test(file))) return urls
	inspector.on('Debugger.scriptParsed', ({ url, sourceMapURL }) => {
		// A URL, where the snapshot may have a path.
		const path = pathOf(url as string)
		if (path !== null && files.has(path)) urls.set(path, (sourceMapURL as string | undefined) ?? '')
	})
	try {
		await inspector.post('Debugger.enable')
		await inspector.post('Debugger.disable')
	} catch (error) {
		if (!(error instanceof InspectorError)) throw error
	}
	return urls
}

/** The calls of the most frequent groups first. */
function byImportance({ tree, heapIds }: BuiltTree): readonly number[] {
	const order: number[] = []
	const seen = new Set<number>()
	for (const { link } of tree.groups) {
		const open = [link]
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			if (seen.has(at)) continue
			seen.add(at)
			const next = tree.links[at]!
			if (next.kind === 'call' && heapIds.has(at) && !next.internal) order.push(at)
			open.push(...next.on)
		}
	}
	return order
}

const objectGroup = 'tsgotrace'

/** What only the process itself knows of a suspended call. */
interface CallDetails {
	readonly awaits: SourceSite | null
	readonly values?: readonly NamedValue[]
}

interface Properties {
	readonly internalProperties?: readonly {
		readonly name: string
		readonly value?: {
			readonly value?: { readonly scriptId?: string; readonly lineNumber?: number; readonly columnNumber?: number }
			readonly objectId?: string
		}
	}[]
}

async function callDetails(
	inspector: Inspector,
	heapId: number,
	urlOf: (script: number) => string | null,
	withValues: boolean,
): Promise<CallDetails | null> {
	let object: Readonly<Record<string, unknown>>
	try {
		object = await inspector.post('HeapProfiler.getObjectByHeapObjectId', { objectId: String(heapId), objectGroup })
	} catch (error) {
		// The call has continued meanwhile, and no longer exists.
		if (error instanceof InspectorError) return null
		throw error
	}
	const { objectId } = object['result'] as { readonly objectId?: string }
	if (objectId === undefined) return null
	const { internalProperties = [] } = (await inspector.post('Runtime.getProperties', {
		objectId,
		ownProperties: true,
	})) as Properties
	const property = (name: string): NonNullable<Properties['internalProperties']>[number]['value'] =>
		internalProperties.find(one => one.name === name)?.value
	const { scriptId, lineNumber, columnNumber } = property('[[GeneratorLocation]]')?.value ?? {}
	const file = scriptId === undefined ? null : urlOf(Number(scriptId))
	const isKnown = file !== null && lineNumber !== undefined && columnNumber !== undefined
	const awaits = isKnown ? { file, line: lineNumber + 1, column: columnNumber + 1 } : null
	const scopes = property('[[Scopes]]')?.objectId
	return { awaits, ...(withValues && scopes !== undefined && { values: await valuesOf(inspector, scopes) }) }
}
