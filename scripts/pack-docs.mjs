// node ../../scripts/pack-docs.mjs guide.md …
//
// Copies pages of docs into the package that npm packs, in docs/ of it. Run by `prepack` in the directory of the package. Links to what is
// not in the package lead to the repository.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const root = join(import.meta.dirname, '..')
const { repository } = JSON.parse(readFileSync('package.json', 'utf8'))
const web = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main`
const pages = process.argv.slice(2)

rmSync('docs', { recursive: true, force: true })
mkdirSync('docs')
for (const page of pages) {
	const text = readFileSync(join(root, 'docs', page), 'utf8').replace(/\]\(([^)\s:#]+)((?:#[^)\s]*)?)\)/g, (link, path, anchor) =>
		pages.includes(path) ? link : `](${web}/${posix.join('docs', path)}${anchor})`,
	)
	writeFileSync(join('docs', page), text)
}
