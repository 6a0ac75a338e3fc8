import { effect } from '@preact/signals'
import { selectRange } from './actions.js'
import type { Client } from './client.js'
import { parsed } from './search.js'
import type { PageState } from './state.js'
import { count } from './text.js'

/** How long after a key the search by arguments begins, in milliseconds: it reads all details. */
const rest = 250

/** Let the worker show what has the arguments that are searched for. @returns a function that stops this */
export function followFilter(state: PageState, client: Client): () => void {
	let last = '[]'
	let timer: ReturnType<typeof setTimeout> | undefined
	const stop = effect(() => {
		const { filters } = parsed(state.search.value)
		clearTimeout(timer)
		timer = setTimeout(async () => {
			const text = JSON.stringify(filters)
			if (text === last) return
			last = text
			const found = await client.filter(filters)
			if (last !== text) return
			// Redrawn even if as many are found as before.
			state.filtered.value = null
			state.filtered.value = filters.length === 0 ? null : found
			if (filters.length > 0)
				state.notice.value = `${count(found)} slices and events with ${filters.map(({ name, value }) => `${name}=${value}`).join(' and ')}`
			const range = state.selected.peek()
			if (range !== null) await selectRange(state, client, range, false)
		}, rest)
	})
	return () => {
		stop()
		clearTimeout(timer)
	}
}
