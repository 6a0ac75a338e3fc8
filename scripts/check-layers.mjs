// How the sources import each other, as figures: cycles of files that import values, circles of folders (types count),
// and whether the table in ARCHITECTURE.md is what the linter enforces. Anything but zero and agreement fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from 'oxc-parser'
import { layers, mayImport } from './layers.js'

const problems = []

/** The files that `file` imports from its own package, and whether values of them are used. */
function importsOf(file) {
	const text = readFileSync(file, 'utf8')
	const { module } = parseSync(file, text)
	const found = []
	for (const { moduleRequest, entries } of module.staticImports)
		found.push({ specifier: moduleRequest.value, types: entries.length > 0 && entries.every(entry => entry.isType) })
	for (const { entries } of module.staticExports)
		for (const entry of entries)
			if (entry.moduleRequest) found.push({ specifier: entry.moduleRequest.value, types: entry.isType })
	// An import() is not part of a cycle when modules load, but part of the structure.
	for (const { moduleRequest } of module.dynamicImports) {
		const specifier = /^['"](.+)['"]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1]
		if (specifier) found.push({ specifier, types: true })
	}
	return found
}

function resolve(from, specifier) {
	const path = normalize(join(dirname(from), specifier)).replace(/\.js$/, '')
	return [`${path}.ts`, `${path}.tsx`].find(existsSync) ?? null
}

/** Groups of nodes that reach each other (Tarjan), and nodes that reach themselves. */
function circles(graph) {
	const [index, low, stack, found] = [new Map(), new Map(), [], []]
	const visit = node => {
		index.set(node, index.size)
		low.set(node, index.get(node))
		stack.push(node)
		for (const next of graph.get(node) ?? []) {
			if (!index.has(next)) visit(next)
			if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)))
		}
		if (low.get(node) !== index.get(node)) return
		const group = stack.splice(stack.indexOf(node))
		if (group.length > 1) found.push(group)
	}
	for (const node of graph.keys()) if (!index.has(node)) visit(node)
	return found
}

const [values, folders] = [new Map(), new Map()]
let files = 0
for (const folder of Object.keys(layers)) {
	for (const name of readdirSync(`${folder}/src`, { recursive: true })) {
		const file = join(folder, 'src', name)
		if (!/\.tsx?$/.test(name) || /(^|\/)ztrace[^/]*$/.test(name)) continue
		files++
		values.set(file, [])
		for (const { specifier, types } of importsOf(file)) {
			if (!mayImport(folder, specifier))
				problems.push(`${file} imports ${specifier}, which scripts/layers.js does not allow`)
			const target = specifier.startsWith('.') ? resolve(file, specifier) : null
			if (target === null) continue
			if (!types) values.get(file).push(target)
			const [from, to] = [dirname(file), dirname(target)]
			// The files beside the rooms are the interface of a package: they import the rooms, and rooms may use them.
			if (from !== to && from !== `${folder}/src` && to !== `${folder}/src`)
				folders.set(from, (folders.get(from) ?? new Set()).add(to))
		}
	}
}

const cycles = circles(values)
const folderCircles = circles(folders)
for (const group of cycles) problems.push(`these files import values of each other: ${group.join(', ')}`)
for (const group of folderCircles) problems.push(`these folders import each other: ${group.join(', ')}`)

// Rows of the table: | `folder` | `name` | job | may import |
const rows = [
	...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `(packages\/\w+|cmd)` \| `[^`]+` \| [^|]+ \| ([^|]+) \|$/gm),
]
const table = new Map(
	rows.map(([, folder, may]) => [
		folder,
		[...may.split(';')[0].matchAll(/`(@tsgotrace\/[^`]+)`/g)].map(match => match[1]),
	]),
)
for (const [folder, allowed] of Object.entries(layers)) {
	const listed = table.get(folder)
	if (listed === undefined) problems.push(`ARCHITECTURE.md's table has no row for ${folder}`)
	else if (new Set([...listed, ...allowed]).size !== listed.length || listed.length !== allowed.length)
		problems.push(
			`ARCHITECTURE.md and scripts/layers.js differ for ${folder}: ${listed.join(', ')} against ${allowed.join(', ')}`,
		)
}
for (const folder of table.keys())
	if (!(folder in layers)) problems.push(`ARCHITECTURE.md's table has ${folder}, which scripts/layers.js has not`)

console.log(
	`${files} files, ${cycles.length} cycles of values, ${folderCircles.length} circles of folders, ${table.size} layers in ARCHITECTURE.md`,
)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
