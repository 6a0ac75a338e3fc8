import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { CollectedPage } from './collect/collector.js'
import { packColumns, packPoints } from './data/columns.js'
import type { Header } from './data/header.js'
import { packLinks } from './data/links.js'
import { packSamples } from './data/samples.js'

/** Characters of base64 in one element: a browser copies whole strings, and short ones are faster. */
const chunk = 3 << 20

/** The page without data, as scripts/bundle.mjs builds it. */
function template(): string {
	const path = new URL('../dist/page.html', import.meta.url)
	try {
		return readFileSync(path, 'utf8')
	} catch (error) {
		throw new Error('@tsgotrace/view is not built: dist/page.html is missing. Run `npm run build`', { cause: error })
	}
}

/** The data that is embedded in a page. */
export interface Embedded {
	readonly header: Header
	readonly collected: CollectedPage
	/** The file itself. */
	readonly trace: Uint8Array | undefined
}

/** The page, with or without data. */
export function* html(embedded: Embedded | null): Iterable<string> {
	const page = template()
	const mark = '<!--data-->'
	const at = page.indexOf(mark)
	if (at < 0) throw new Error('dist/page.html of @tsgotrace/view has no place for data: build it again')
	if (embedded === null) {
		yield page
		return
	}
	const { header, collected, trace } = embedded
	const { columns, counters, details, links, sites, samples } = collected
	yield page.slice(0, at).replace('<title>tsgotrace</title>', () => `<title>${escaped(header.title)}</title>`)
	yield* element('header', gzipSync(JSON.stringify(header)))
	yield* element('columns', gzipSync(packColumns(columns), { level: 6 }))
	yield* element('points', gzipSync(packPoints(counters), { level: 6 }))
	yield* element('links', gzipSync(packLinks(links, sites), { level: 6 }))
	yield* element('samples', gzipSync(packSamples(samples), { level: 6 }))
	for (const bytes of details) yield* element('details', bytes)
	if (trace !== undefined) yield* element('trace', isGzip(trace) ? trace : gzipSync(trace, { level: 6 }))
	yield page.slice(at + mark.length)
}

function isGzip([first, second]: Uint8Array): boolean {
	return first === 0x1f && second === 0x8b
}

function* element(name: string, bytes: Uint8Array): Iterable<string> {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
	for (let at = 0; at === 0 || at < text.length; at += chunk)
		yield `<script type="text/plain" data-part="${name}"${at > 0 ? ' data-more' : ''}>${text.slice(at, at + chunk)}</script>\n`
}

function escaped(text: string): string {
	return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}
