// node ../../scripts/pack-docs.mjs guide.md …
//
// Copies pages of docs into the package that npm packs, in docs/ of it. Run by `prepack` in the directory of the
// package. Links to what is not in the package lead to the repository.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const root = join(import.meta.dirname, '..')
const { repository } = JSON.parse(readFileSync('package.json', 'utf8'))
const web = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main`
const pages = process.argv.slice(2)

// Two may pack at once, as tests do: what is right already is left alone, and a page is never seen half written.
mkdirSync('docs', { recursive: true })
for (const name of readdirSync('docs'))
	if (!pages.includes(name)) rmSync(join('docs', name), { recursive: true, force: true })
for (const page of pages) {
	const text = readFileSync(join(root, 'docs', page), 'utf8').replace(
		/\]\(([^)\s:#]+)((?:#[^)\s]*)?)\)/g,
		(link, path, anchor) => (pages.includes(path) ? link : `](${web}/${posix.join('docs', path)}${anchor})`),
	)
	const to = join('docs', page)
	if (existsSync(to) && readFileSync(to, 'utf8') === text) continue
	// Beside the folder: what is in it is packed.
	const part = `.${page}.${process.pid}`
	writeFileSync(part, text)
	renameSync(part, to)
}
