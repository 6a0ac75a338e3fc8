// Builds dist/page.html: the page with its code and style in it, and a place for the data. Part of `npm run build`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A script of the page. `</script` in it would end its element. */
async function bundle(entry) {
	const { outputFiles } = await build({
		entryPoints: [`${root}src/page/${entry}`],
		bundle: true,
		write: false,
		minify: true,
		format: 'iife',
		target: 'es2022',
		charset: 'utf8',
		legalComments: 'inline',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		tsconfigRaw: '{}',
	})
	return outputFiles[0].text.replaceAll('</script', '<\\/script')
}

const [main, worker] = await Promise.all(['main.tsx', 'worker/main.ts'].map(bundle))
const parts = { main, worker, style: readFileSync(`${root}src/page/style.css`, 'utf8') }
let page = readFileSync(`${root}src/page/page.html`, 'utf8')
for (const [name, text] of Object.entries(parts)) page = page.replace(`/*${name}*/`, () => text)
mkdirSync(`${root}dist`, { recursive: true })
writeFileSync(`${root}dist/page.html`, page)
