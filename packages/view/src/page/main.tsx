import { render } from 'preact'
import type { Header } from '../data/header.js'
import { bytesOf, inflate } from './bytes.js'
import type { Client } from './client.js'
import { followDrops, Opener } from './open.js'
import { Root } from './root.js'
import { type FileOfPage, isDarkPreferred, type PageState } from './state.js'
import type { Timeline } from './timeline.js'

declare global {
	/** For tests: what is shown, and whether its picture is complete. */
	var tsgotraceView: { readonly state: PageState; readonly timeline: Timeline; readonly client: Client } | undefined
}

/** Take what is embedded out of a page: the strings are large. */
function parts(name: string, page: Document): string[] {
	const texts: string[] = []
	for (const element of page.querySelectorAll<HTMLScriptElement>(`script[data-part="${name}"]`)) {
		if (element.dataset['more'] === undefined) texts.push(element.textContent)
		else texts[texts.length - 1] += element.textContent
		element.remove()
	}
	return texts
}

/** What is embedded in a page; null in one without a trace. */
async function dataOf(page: Document): Promise<Parameters<Client['load']>[0] | null> {
	const [first] = parts('header', page)
	if (first === undefined) return null
	const header = JSON.parse(new TextDecoder().decode(await inflate(bytesOf(first)))) as Header
	const part = (name: string): ArrayBuffer => bytesOf(parts(name, page)[0] ?? '').buffer as ArrayBuffer
	const packed = { columns: part('columns'), points: part('points'), links: part('links'), samples: part('samples') }
	return { header, ...packed, details: parts('details', page) }
}

/** The file of the trace from the server. */
async function fetched(): Promise<ArrayBuffer> {
	const response = await fetch('/trace')
	if (!response.ok) throw new Error(`the server answered ${response.status}`)
	return response.arrayBuffer()
}

/** The files of the trace that a page shows, where it can have them. */
function sourceOf({ title }: Header, page: Document): FileOfPage | null {
	const [embedded] = parts('trace', page)
	if (embedded !== undefined)
		return { name: title, bytes: () => Promise.resolve(bytesOf(embedded).buffer as ArrayBuffer) }
	return page.documentElement.dataset['file'] === undefined ? null : { name: title, bytes: fetched }
}

/** A page that is served shows what its trace has become: the same view of newer data. */
function followChanges(opener: Opener): void {
	let known: string | null = null
	let isBusy = false
	let isWanted = false
	const changes = new EventSource('/changes')
	const update = async (isLast: boolean): Promise<void> => {
		const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html')
		const data = await dataOf(page)
		if (data === null) return
		let source = sourceOf(data.header, page)
		if (isLast) {
			// The server ends, and the file is to be had nevertheless.
			const file = new Blob([await fetched()])
			source = { name: data.header.title, bytes: () => file.arrayBuffer() }
		}
		await opener.embedded(data, source, true)
	}
	const follow = async (): Promise<void> => {
		isWanted = true
		if (isBusy) return
		isBusy = true
		while (isWanted) {
			isWanted = false
			await update(false).catch(failed)
		}
		isBusy = false
	}
	const failed = (error: unknown): void =>
		opener.notify(`What is newer could not be loaded: ${error instanceof Error ? error.message : String(error)}`)
	changes.onmessage = ({ data }: MessageEvent<string>) => {
		if (known !== null && known !== data) void follow()
		known = data
	}
	const end = async (): Promise<void> => {
		// What is being loaded is older.
		while (isBusy) await new Promise(resolve => setTimeout(resolve, 20))
		// The server waits for as long as this listens.
		await update(true).finally(() => changes.close())
		opener.notify('The recording has ended: this is all of it.')
	}
	changes.addEventListener('last', () => void end().catch(failed))
}

async function start(): Promise<void> {
	const opener = new Opener(document.querySelector('script[data-worker]')!.textContent)
	const root = document.querySelector('#app')!
	root.textContent = ''
	document.documentElement.dataset['theme'] = isDarkPreferred() ? 'dark' : 'light'
	render(<Root opener={opener} />, root)
	followDrops(opener)
	const data = await dataOf(document)
	if (data === null) {
		opener.nothing()
		return
	}
	await opener.embedded(data, sourceOf(data.header, document))
	if (document.documentElement.dataset['live'] !== undefined) followChanges(opener)
}

void start()
