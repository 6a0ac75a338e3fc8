// Golden trees: directories of inputs beside what must become of them. After the habit of go123's gotrace.
//
//   X        a file as it is before
//   X.ok     what X must be afterwards
//   X.rm     a file X that is there before, with this content, and must be gone afterwards
//   _X       a file or directory whose name would mean something to git or npm here: _node_modules, _dist, _gitignore, _git
//
// `list.txt` and `diagnostics.txt` at the top are what `list` and the messages must be. UPDATE=1 writes them and all
// X.ok anew.
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const golden: string = fileURLToPath(new URL('golden', import.meta.url))
const special: ReadonlyMap<string, string> = new Map([
	['_node_modules', 'node_modules'],
	['_dist', 'dist'],
	['_git', '.git'],
	['_gitignore', '.gitignore'],
])
const reports: ReadonlySet<string> = new Set(['list.txt', 'diagnostics.txt'])

/** Relative paths with the content of the files, one character a byte. */
export type Tree = Record<string, string>

/** The names of all golden trees. */
export function goldenNames(): string[] {
	return readdirSync(golden).sort()
}

function goldenPath(name: string): string {
	return join(golden, name)
}

/** All files below `dir`, empty directories and those named in `except` left out. */
export function readTree(dir: string, except: (path: string) => boolean = () => false): Tree {
	const tree: Tree = {}
	const walk = (at: string): void => {
		for (const entry of readdirSync(at, { withFileTypes: true })) {
			const path = join(at, entry.name)
			const name = relative(dir, path)
			if (except(name)) continue
			if (entry.isDirectory()) walk(path)
			else if (entry.isFile()) tree[name] = readFileSync(path, 'latin1')
		}
	}
	if (existsSync(dir)) walk(dir)
	return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A golden tree taken apart. */
export interface Golden {
	readonly before: Tree
	readonly after: Tree
	readonly list: string
	readonly diagnostics: string
}

/** Read the golden tree `name`. */
export function readGolden(name: string): Golden {
	const before: Tree = {}
	const after: Tree = {}
	const made: Tree = {}
	const all = readTree(goldenPath(name))
	for (const [path, text] of Object.entries(all)) {
		if (reports.has(path)) continue
		const real = path
			.split('/')
			.map(part => special.get(part) ?? part)
			.join('/')
		if (real.endsWith('.ok')) made[real.slice(0, -3)] = text
		else if (real.endsWith('.rm')) before[real.slice(0, -3)] = text
		else before[real] = after[real] = text
	}
	const text = (report: string): string =>
		all[report] === undefined ? '' : Buffer.from(all[report], 'latin1').toString('utf8')
	return { before, after: { ...after, ...made }, list: text('list.txt'), diagnostics: text('diagnostics.txt') }
}

/** Make the golden tree `name` what `after` and the reports say. */
export function writeGolden(name: string, { before, after, list, diagnostics }: Golden): void {
	const root = goldenPath(name)
	const stored = new Map([...special].map(([there, real]) => [real, there]))
	const place = (path: string): string =>
		join(
			root,
			...path
				.split('/')
				.map((part, i, parts) => (i === parts.length - 1 && part === '.git' ? part : (stored.get(part) ?? part))),
		)
	for (const path of Object.keys(readTree(root))) if (path.endsWith('.ok')) rmSync(join(root, path))
	for (const path of Object.keys(before)) {
		if (path in after || existsSync(`${place(path)}.rm`)) continue
		rmSync(place(path))
		writeFileSync(`${place(path)}.rm`, before[path]!, 'latin1')
	}
	for (const [path, text] of Object.entries(after)) {
		if (before[path] === text) continue
		mkdirSync(dirname(place(path)), { recursive: true })
		writeFileSync(`${place(path)}.ok`, text, 'latin1')
	}
	for (const [report, text] of [
		['list.txt', list],
		['diagnostics.txt', diagnostics],
	] as const) {
		if (text === '') rmSync(join(root, report), { force: true })
		else writeFileSync(join(root, report), text)
	}
}

/** Write a tree to disk. */
export function writeTree(dir: string, tree: Tree): void {
	for (const [path, text] of Object.entries(tree)) {
		mkdirSync(dirname(join(dir, path)), { recursive: true })
		writeFileSync(join(dir, path), text, 'latin1')
	}
}

/** A new directory in the system's place for such, without links in its path. */
export function tempDir(name: string): string {
	return realpathSync(mkdtempSync(join(tmpdir(), `tsgotrace-${basename(name)}-`)))
}

/** Run `fn` with a new directory that has the files of `tree`, and remove it afterwards. */
export async function withTree<T>(name: string, tree: Tree, fn: (dir: string) => T | Promise<T>): Promise<T> {
	const dir = tempDir(name)
	try {
		writeTree(dir, tree)
		return await fn(dir)
	} finally {
		rmSync(dir, { recursive: true, force: true })
	}
}
