import { render } from 'preact'
import type { Header } from '../data/header.js'
import { App } from './app.js'
import { bytesOf, inflate } from './bytes.js'
import { Client } from './client.js'
import { followKeys } from './keys.js'
import { followLink } from './link.js'
import { matcher } from './search.js'
import { State } from './state.js'
import { Timeline } from './timeline.js'

declare global {
	/** For tests: what is shown, and whether its picture is complete. */
	var tsgotraceView: { readonly state: State; readonly timeline: Timeline; readonly client: Client } | undefined
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

function workerSource(): string {
	return document.querySelector('script[data-worker]')!.textContent
}

/** A page that `tsgotrace view` serves loads again when the trace has changed; what it shows is in its address. */
function followChanges(): void {
	let known: string | null = null
	new EventSource('/changes').onmessage = ({ data }: MessageEvent<string>) => {
		if (known !== null && known !== data) location.reload()
		known = data
	}
}

async function start(): Promise<void> {
	const root = document.querySelector('#app')!
	const [packed] = parts('header')
	if (packed === undefined) {
		root.textContent = 'This page has no trace in it. `tsgotrace view FILE -o report.html` writes one that has.'
		return
	}
	const header = JSON.parse(new TextDecoder().decode(await inflate(bytesOf(packed)))) as Header
	const client = new Client(workerSource())
	const [columns = '', points = ''] = [...parts('columns'), ...parts('points')]
	const state = new State(header, matcher(header.names))
	client.onFailed = message => {
		root.textContent = `This page could not be opened: ${message}`
	}
	await client.load({
		header,
		columns: bytesOf(columns).buffer as ArrayBuffer,
		points: bytesOf(points).buffer as ArrayBuffer,
		details: parts('details'),
	})
	client.onFailed = message => {
		state.notice.value = `The page failed: ${message}`
	}
	const timeline = new Timeline(state, client)
	root.textContent = ''
	render(<App state={state} client={client} timeline={timeline} />, root)
	globalThis.tsgotraceView = { state, timeline, client }
	followKeys(state, client, timeline)
	followLink(state, client, timeline)
	if (document.documentElement.dataset['live'] !== undefined) followChanges()
}

void start()
