// Writes a tree of TypeScript sources to generate from: the same tree for the same seed. It type-checks.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './build.mjs'

const nouns =
	'account address agent batch bucket buffer cache channel client cluster codec column config cursor device document edge entry export feature field filter frame graph group header image index invoice item job journal key label layer ledger lease limit link list lock log message metric model node note offer order packet page parser payment plan policy pool price profile query queue quota range record region report request result role route rule sample schema scope segment session shard signal slot snapshot source span stage state store stream table tag task tenant ticket token topic tree unit user value vendor version view volume worker zone'.split(
		' ',
	)
const verbs =
	'accept append apply assign bind build cancel check claim close collect commit compact copy create decode defer delete drain drop emit encode expire fetch find flush fork freeze grant handle join lease load lock map merge move notify open pack parse patch pause poll prune publish pull push read rebuild release rename replay reset resolve resume retry revoke rotate save scan seal send settle sort split start stop store sync trim unpack update verify wait write'.split(
		' ',
	)
const types = [
	'string',
	'number',
	'boolean',
	'Date',
	'readonly string[]',
	'Map<string, number>',
	'Uint8Array',
	"'low' | 'high'",
]

/** mulberry32 */
function random(seed) {
	let state = seed
	return below => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), 1 | state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) % below
	}
}

const upper = word => word[0].toUpperCase() + word.slice(1)

/** The text of one source: options, a record, a class with methods, helpers. */
function source(pick, name, { neighbour, events }) {
	const type = upper(name)
	const fields = [...new Set(Array.from({ length: 5 }, () => `${pick(verbs)}${upper(pick(nouns))}`))]
	const methods = [...new Set(Array.from({ length: 3 }, () => `${pick(verbs)}${upper(pick(nouns))}`))]
	const imports = neighbour
		? `import { create${upper(neighbour)}, type ${upper(neighbour)}Options } from './${neighbour}.js'\n`
		: ''
	const traced = events ? `import { trace${type}Changed, trace${type}Failed } from './ztrace.js'\n` : ''
	const directives = events
		? `//trace:event trace${type}Changed(${name}: ${type}, method: string)\n//trace:event trace${type}Failed(record: ${type}Record | undefined, attempt: number, reason?: string)\n\n`
		: ''
	return `${imports}${traced}
${directives}/** What a {@link ${type}} is made from. Whatever is missing gets the default of its kind. */
export interface ${type}Options {
${fields.map(field => `	/** The ${field} of the ${name}, as it was configured. */\n	readonly ${field}?: ${pick(types)}`).join('\n')}
${neighbour ? `	readonly ${neighbour}?: ${upper(neighbour)}Options\n` : ''}}

/** One ${name} as it is kept. */
export interface ${type}Record {
	readonly id: number
	readonly name: string
	readonly createdAt: number
	revision: number
	parent: ${type}Record | undefined
}

const limits = { attempts: ${2 + pick([1, 2, 3, 4])}, records: ${1000 + pick([24, 48, 96])}, name: ${20 + pick([1, 5, 9])} } as const

/**
 * Keeps the ${name} records of one owner. Records are found by name and by id; a record that is replaced keeps its id and counts up
 * its revision.
 */
export class ${type} {
	readonly #records = new Map<number, ${type}Record>()
	readonly #names = new Map<string, number>()
	#next = 1

	constructor(readonly options: ${type}Options = {}) {}

	get size(): number {
		return this.#records.size
	}
${methods
	.map(
		(method, i) => `
	/** ${upper(method)} of the record called \`name\`; gives back its revision, or undefined if there is none. */
	${method}(name: string, change: Partial<Pick<${type}Record, 'revision' | 'parent'>> = {}): number | undefined {
		if (name.length > limits.name) throw new RangeError(\`${name} ${method}: the name is too long: \${name.length}\`)
		const id = this.#names.get(name)
		const record = id === undefined ? undefined : this.#records.get(id)
		if (record === undefined) {
${events && i === 0 ? `			trace${type}Failed(record, limits.attempts, name)\n` : ''}			return undefined
		}
		Object.assign(record, change, { revision: record.revision + ${i + 1} })
${events ? `		trace${type}Changed(this, '${method}')\n` : ''}		return record.revision
	}`,
	)
	.join('\n')}

	add(name: string, parent?: ${type}Record): ${type}Record {
		if (this.#records.size >= limits.records) throw new RangeError('too many records')
		const record: ${type}Record = { id: this.#next++, name, createdAt: Date.now(), revision: 0, parent }
		this.#records.set(record.id, record)
		this.#names.set(name, record.id)
		return record
	}

	*[Symbol.iterator](): Generator<${type}Record> {
		for (const record of this.#records.values()) if (record.revision > 0) yield record
	}
}

export function create${type}(options?: ${type}Options): ${type} {
	const made = new ${type}(options)
${neighbour ? `	for (const record of create${upper(neighbour)}(options?.${neighbour})) made.add(record.name)\n` : ''}	return made
}
`
}

const tsconfig = {
	compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true, noEmit: true, types: [] },
	include: ['packages/*/src'],
}

/**
 * @param {string} dir it is emptied
 * @param {{ files: number, directories: number, packages: number, traced: number, seed: number }} size
 * @returns {{ bytes: number, traced: string[] }} the paths of the sources with events, two each
 */
export function writeTree(dir, { files, directories, packages, traced, seed }) {
	rmSync(dir, { recursive: true, force: true })
	const below = random(seed)
	const pick = list => list[below(list.length)]
	const put = (path, text) => {
		mkdirSync(dirname(join(dir, path)), { recursive: true })
		writeFileSync(join(dir, path), text)
		return text.length
	}
	put('package.json', JSON.stringify({ name: 'tree', private: true, type: 'module' }))
	put('tsconfig.json', JSON.stringify(tsconfig))
	mkdirSync(join(dir, 'node_modules/@tsgotrace'), { recursive: true })
	symlinkSync(join(root, 'packages/runtime'), join(dir, 'node_modules/@tsgotrace/runtime'))
	const folders = Array.from({ length: directories }, (_, i) => {
		const place = Array.from({ length: 1 + (i % 3) }, () => pick(nouns)).join('/')
		return `packages/p${i % packages}/src/${place}-${i}`
	})
	for (let i = 0; i < packages; i++)
		put(`packages/p${i}/package.json`, JSON.stringify({ name: `@tree/p${i}`, type: 'module' }))
	// Prime to the number of directories: the events are in as many of them as there are files with events.
	const step = Math.floor(files / traced) - 3
	/** @type {string[]} */
	const withEvents = []
	let bytes = 0
	/** The last source of each folder. */
	const last = new Map()
	for (let i = 0; i < files; i++) {
		const folder = folders[i % directories]
		const name = `${pick(nouns)}${upper(pick(nouns))}${i}`
		const events = i % step === 0 && withEvents.length < traced
		const path = `${folder}/${name}.ts`
		bytes += put(path, source(pick, name, { neighbour: last.get(folder), events }))
		last.set(folder, name)
		if (events) withEvents.push(join(dir, path))
	}
	return { bytes, traced: withEvents }
}
