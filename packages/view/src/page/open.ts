import { type Signal, signal } from '@preact/signals'
import type { Header } from '../data/header.js'
import type { PageParts } from './app.js'
import { carryOver, whereabouts } from './carry.js'
import { Client } from './client.js'
import { followFilter } from './filter.js'
import { followKeys } from './keys.js'
import { followLink } from './link.js'
import { matcher } from './search.js'
import { type FileOfPage, PageState } from './state.js'
import { Timeline } from './timeline.js'

/** What the page has open: nothing, something that is read, or a trace. */
export type OpenState =
	| { readonly is: 'nothing'; readonly problem: string | null }
	| { readonly is: 'reading'; readonly text: string }
	| { readonly is: 'trace'; readonly parts: PageParts; readonly number: number }

/** Opens traces, one after the other. */
export class Opener {
	readonly opened: Signal<OpenState> = signal({ is: 'reading', text: 'Loading…' })
	readonly #worker: string
	#close: () => void = () => {}
	#number = 0
	/** The number of what was embedded last. */
	#embedded = 0

	/** @param worker the source of the worker */
	constructor(worker: string) {
		this.#worker = worker
	}

	nothing(problem: string | null = null): void {
		this.opened.value = { is: 'nothing', problem }
	}

	/**
	 * Show what the page has in it.
	 * @param isNewer whether it is a newer state of what is shown; ignored if another file was opened meanwhile
	 */
	async embedded(data: Parameters<Client['load']>[0], source: FileOfPage | null, isNewer = false): Promise<void> {
		const { value } = this.opened
		const before = isNewer && value.is === 'trace' ? value : null
		if (isNewer && before?.number !== this.#embedded) return
		const client = isNewer
			? this.#client(message => this.notify(`What is newer cannot be shown: ${message}`))
			: this.#client()
		await client.load(data)
		if (before !== null && this.opened.value !== before) {
			client.close()
			return
		}
		this.#show(data.header, client, source, before?.parts ?? null)
		this.#embedded = this.#number
	}

	/** Say something about the trace that is open. */
	notify(text: string): void {
		const { value } = this.opened
		if (value.is === 'trace') value.parts.state.notice.value = text
	}

	/** Read files and show them: several are segments or processes of one trace. */
	async files(files: readonly File[]): Promise<void> {
		const [first] = files
		if (first === undefined) return
		const before = this.opened.value
		const name = files.length === 1 ? first.name : `${files.length} files`
		const client = this.#client(message => {
			client.close()
			const problem = `${name} cannot be shown. ${message}`
			if (before.is === 'trace') {
				this.opened.value = before
				before.parts.state.notice.value = problem
			} else this.nothing(problem)
		})
		this.opened.value = { is: 'reading', text: `Reading ${name}…` }
		client.onProgress = (bytes, size) => {
			const share = size > 0 ? ` ${Math.round((bytes / size) * 100)} %` : ''
			this.opened.value = { is: 'reading', text: `Reading ${name}…${share}` }
		}
		const header = await client.read(files, name)
		const source = { name, bytes: async () => new Blob([...files]).arrayBuffer() }
		this.#show(header, client, source)
		if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search)
	}

	#client(onFailed = (message: string): void => this.nothing(`This page could not be opened: ${message}`)): Client {
		const client = new Client(this.#worker)
		client.onFailed = onFailed
		return client
	}

	#show(header: Header, client: Client, source: FileOfPage | null, before: PageParts | null = null): void {
		this.#close()
		const state = new PageState(header, matcher(header.names), source)
		const timeline = new Timeline(state, client)
		client.onFailed = message => {
			state.notice.value = `The page failed: ${message}`
		}
		document.title = header.title
		const parts: PageParts = { state, client, timeline, opener: this }
		const restore = before === null ? null : whereabouts()
		if (before !== null) carryOver(before, parts)
		this.opened.value = { is: 'trace', parts, number: ++this.#number }
		if (restore !== null) requestAnimationFrame(() => requestAnimationFrame(restore))
		globalThis.tsgotraceView = { state, timeline, client }
		const stops = [
			followFilter(state, client),
			followKeys(state, client, timeline),
			followLink(state, client, timeline, before === null),
		]
		this.#close = () => {
			for (const stop of stops) stop()
			client.close()
		}
	}
}

/** Files that are dropped anywhere are opened. */
export function followDrops(opener: Opener): void {
	addEventListener('dragover', event => {
		if (event.dataTransfer?.types.includes('Files') !== true) return
		event.preventDefault()
		document.documentElement.dataset['drop'] = ''
	})
	addEventListener('dragleave', event => {
		if (event.relatedTarget === null) delete document.documentElement.dataset['drop']
	})
	addEventListener('drop', event => {
		delete document.documentElement.dataset['drop']
		const files = [...(event.dataTransfer?.files ?? [])]
		if (files.length === 0) return
		event.preventDefault()
		void opener.files(files)
	})
}
