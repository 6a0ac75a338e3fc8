import { beside, deselect, fit, selectRange, step, stepFinding } from './actions.js'
import type { Client } from './client.js'
import type { PageState } from './state.js'
import type { Timeline } from './timeline.js'

/** The keys and their actions, for the help. */
export const keys: readonly (readonly [string, string])[] = [
	['W S', 'show less, show more time'],
	['A D', 'move left, right'],
	['Q E', 'rows lower, higher'],
	['← →', 'previous, next slice in time'],
	['K J', 'the slice above, below, at the same time'],
	['Shift ← →', 'select a range and change its end'],
	['Shift A D', 'change the start of the range'],
	['↑ ↓', 'scroll the rows'],
	['Enter', 'show the slice that is selected with all its time'],
	['F', 'show all'],
	['M', 'select the range that is shown'],
	['[ ]', 'previous, next finding'],
	['/', 'search'],
	['Esc', 'clear the selection'],
	['?', 'these keys'],
]

/**
 * Keys work with any focus, except in text fields, and except for keys that a button handles.
 * @returns a function that stops this
 */
export function followKeys(state: PageState, client: Client, timeline: Timeline): () => void {
	const clear = (): void => {
		// What is on top is closed first.
		if (state.help.value) {
			state.help.value = false
			return
		}
		state.search.value = ''
		deselect(state)
		void selectRange(state, client, null)
	}
	const extend = (which: 'from' | 'to', by: 1 | -1): void => {
		const { from, to } = state.view.value
		const width = to - from
		const old = state.selected.value ?? { from: from + width * 0.45, to: from + width * 0.55 }
		const moved = { ...old, [which]: old[which] + by * width * 0.02 }
		if (moved.from <= moved.to) void selectRange(state, client, moved)
	}
	const zoom = (factor: number): void => {
		const { from, to } = state.view.value
		const found = state.slice.value
		state.zoomAt(
			found !== null && found.start < to && found.end > from
				? Math.min(Math.max((found.start + found.end) / 2, from), to)
				: (from + to) / 2,
			factor,
		)
	}
	const actions: Readonly<Record<string, () => void>> = {
		w: () => zoom(1 / 1.4),
		s: () => zoom(1.4),
		a: () => state.pan(-0.15),
		d: () => state.pan(0.15),
		q: () => (state.zoom.value = Math.max(0.25, state.zoom.value / 1.25)),
		e: () => (state.zoom.value = Math.min(8, state.zoom.value * 1.25)),
		f: () => state.show(state.whole),
		m: () => void selectRange(state, client, state.view.value),
		arrowleft: () => void step(state, client, timeline, -1),
		arrowright: () => void step(state, client, timeline, 1),
		j: () => void beside(state, client, timeline, 1),
		k: () => void beside(state, client, timeline, -1),
		'[': () => void stepFinding(state, client, timeline, -1),
		']': () => void stepFinding(state, client, timeline, 1),
		'shift+arrowleft': () => extend('to', -1),
		'shift+arrowright': () => extend('to', 1),
		'shift+a': () => extend('from', -1),
		'shift+d': () => extend('from', 1),
		arrowup: () => (state.scroll.value = Math.max(0, state.scroll.value - 60)),
		arrowdown: () =>
			(state.scroll.value = Math.min(Math.max(0, timeline.rows.value.height - 100), state.scroll.value + 60)),
		enter: () => fit(state),
		escape: clear,
		'?': () => (state.help.value = !state.help.value),
		'/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
	}
	const press = (event: KeyboardEvent): void => {
		const { target, key, ctrlKey, metaKey, altKey, shiftKey } = event
		if (ctrlKey || metaKey || altKey) return
		const isTyping = target instanceof HTMLInputElement
		if (isTyping && key !== 'Escape') return
		if (
			target instanceof HTMLSelectElement ||
			(key === 'Enter' && target instanceof Element && target.matches('button, a, summary'))
		)
			return
		// In a list of tabs and in the panel, arrow keys keep their usual meaning.
		if (key.startsWith('Arrow') && target instanceof Element && target.closest('[role=tablist], .panel') !== null)
			return
		const name = key.toLowerCase()
		const action = (shiftKey ? actions[`shift+${name}`] : undefined) ?? actions[name]
		if (action === undefined) return
		event.preventDefault()
		if (isTyping) target.blur()
		action()
	}
	addEventListener('keydown', press)
	return () => removeEventListener('keydown', press)
}
