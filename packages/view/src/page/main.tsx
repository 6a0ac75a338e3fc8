import { render } from 'preact'
import type { Header } from '../data/header.js'
import { bytesOf, inflate } from './bytes.js'
import type { Client } from './client.js'
import { followDrops, Opener, Root } from './open.js'
import type { FileOfPage, PageState } from './state.js'
import type { Timeline } from './timeline.js'

declare global {
	/** For tests: what is shown, and whether its picture is complete. */
	var tsgotraceView: { readonly state: PageState; readonly timeline: Timeline; readonly client: Client } | undefined
}

/** Take what is embedded out of the page: the strings are large. */
function parts(name: string): string[] {
	const texts: string[] = []
	for (const element of document.querySelectorAll<HTMLScriptElement>(`script[data-part="${name}"]`)) {
		if (element.dataset['more'] === undefined) texts.push(element.textContent)
		else texts[texts.length - 1] += element.textContent
		element.remove()
	}
	return texts
}

const isServed = document.documentElement.dataset['live'] !== undefined

/** A page that `tsgotrace view` serves loads again when the trace has changed; what it shows is in its address. */
function followChanges(): void {
	let known: string | null = null
	new EventSource('/changes').onmessage = ({ data }: MessageEvent<string>) => {
		if (known !== null && known !== data) location.reload()
		known = data
	}
}

/** The files of the trace that the page shows, where it can have them. */
function sourceOf({ title }: Header): FileOfPage | null {
	const [embedded] = parts('trace')
	if (embedded !== undefined) return { name: title, bytes: () => Promise.resolve(bytesOf(embedded).buffer as ArrayBuffer) }
	if (document.documentElement.dataset['file'] === undefined) return null
	return {
		name: title,
		async bytes() {
			const response = await fetch('/trace')
			if (!response.ok) throw new Error(`the server answered ${response.status}`)
			return response.arrayBuffer()
		},
	}
}

async function start(): Promise<void> {
	const opener = new Opener(document.querySelector('script[data-worker]')!.textContent)
	const root = document.querySelector('#app')!
	root.textContent = ''
	render(<Root opener={opener} />, root)
	followDrops(opener)
	const [first] = parts('header')
	if (first === undefined) {
		opener.nothing()
		return
	}
	const header = JSON.parse(new TextDecoder().decode(await inflate(bytesOf(first)))) as Header
	const part = (name: string): ArrayBuffer => bytesOf(parts(name)[0] ?? '').buffer as ArrayBuffer
	const packed = { columns: part('columns'), points: part('points'), links: part('links'), samples: part('samples') }
	await opener.embedded({ header, ...packed, details: parts('details') }, sourceOf(header))
	if (isServed) followChanges()
}

void start()
