// speedscope's own importers, out of the page that its package ships: it exports nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import vm from 'node:vm'

/** A profile as speedscope has it after the import. */
export interface ImportedProfile {
	getName(): string
	getTotalWeight(): number
	forEachCall(
		open: (node: { frame: { name: string } }, at: number) => void,
		close: (node: { frame: { name: string } }, at: number) => void,
	): void
}

interface SequenceSource {
	name(): Promise<string>
	readAsArrayBuffer(): Promise<ArrayBuffer>
	readAsText(): Promise<unknown>
}

type Import = (source: SequenceSource) => Promise<{ profiles: ImportedProfile[] } | null>

/** Import a file as speedscope does when it is dropped on its page. */
export async function importInSpeedscope(name: string, text: string): Promise<readonly ImportedProfile[]> {
	const importer = load()
	const content = {
		parseAsJSON: () => JSON.parse(text) as unknown,
		firstChunk: () => text,
		splitLines: () => text.split('\n'),
	}
	const bytes = Uint8Array.from(Buffer.from(text))
	const group = await importer({
		name: () => Promise.resolve(name),
		readAsArrayBuffer: () => Promise.resolve(bytes.buffer),
		readAsText: () => Promise.resolve(content),
	})
	if (group === null) throw new Error('speedscope does not know the format')
	return group.profiles
}

let loaded: Import | undefined

function load(): Import {
	if (loaded !== undefined) return loaded
	const release = join(dirname(createRequire(import.meta.url).resolve('speedscope/package.json')), 'dist/release')
	const file = readdirSync(release).find(f => /^speedscope-\w+\.js$/.test(f))!
	const page = readFileSync(join(release, file), 'utf8')
	const head = /async function (\w+)\(\w+\)\{(?=let \w+=await \w+\.name\(\),\w+=await \w+\.readAsArrayBuffer\(\))/.exec(
		page,
	)
	if (head === null) throw new Error(`the importer is not to be found in ${file}`)
	// Its modules are initialised when they are first asked for, which does not happen here.
	const lazy = /(\w+)=\((\w),(\w)\)=>(\(\)=>\(\2&&\(\3=\2\(\2=0\)\),\3\))/.exec(page)
	if (lazy === null) throw new Error(`the modules are not to be found in ${file}`)
	const exposed = `${page.slice(0, head.index)}globalThis.importer=${head[1]!};${page.slice(head.index)}`.replace(
		lazy[0],
		() => `${lazy[1]!}=(${lazy[2]!},${lazy[3]!})=>{let f=${lazy[4]!};modules.push(f);return f}`,
	)
	const modules: (() => unknown)[] = []
	const silent = { log() {}, warn() {}, error() {} }
	const context = vm.createContext({
		console: silent,
		setTimeout,
		TextDecoder,
		performance,
		modules,
		importer: undefined,
		...browser(),
	})
	attempt(() => vm.runInContext(exposed, context))
	modules.forEach(attempt)
	loaded = context['importer'] as Import | undefined
	if (loaded === undefined) throw new Error('the importer could not be loaded')
	return loaded
}

/** The page is not drawn, as there is none; its importers do not mind. */
function attempt(run: () => unknown): void {
	try {
		run()
	} catch {
		// See above.
	}
}

/** Whatever a page is asked for. */
function browser(): Record<string, unknown> {
	const anything: unknown = new Proxy(function () {}, {
		get: (_, key) =>
			key === Symbol.toPrimitive ? () => '' : key === Symbol.iterator ? () => [][Symbol.iterator]() : anything,
		set: () => true,
		apply: () => anything,
		construct: () => anything as object,
	})
	const names = [
		'window',
		'document',
		'navigator',
		'location',
		'history',
		'localStorage',
		'requestAnimationFrame',
		'addEventListener',
		'matchMedia',
		'Image',
		'FileReader',
		'HTMLElement',
	]
	return Object.fromEntries(names.map(name => [name, anything]))
}
