// What a listener hears of tasks, as lines: ids are numbered from 1 in the order in which they appear.
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
import '@tsgotrace/exec'

export interface Heard extends Disposable {
	readonly lines: string[]
	/** The lines so far; forgets them. */
	take(): string[]
}

/** Listen to the events of tasks, and of what begins tasks of itself, or to those of them that `wanted` names. */
export function hear(wanted = /./): Heard {
	const group = new ProbeGroup()
	const lines: string[] = []
	const numbers = new Map<number, number>()
	const numbered = (value: unknown): string => {
		if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value)
		if (value === 0) return '0'
		if (!numbers.has(value)) numbers.set(value, numbers.size + 1)
		return `#${numbers.get(value)}`
	}
	setup(() => {
		for (const event of events()) {
			if (!/^@tsgotrace\/exec\/(tasks|auto):/.test(event.id)) continue
			const name = event.id.slice(event.id.indexOf(':trace') + ':trace'.length)
			if (wanted.test(name)) attachProbe(group, event, (...args) => lines.push([name, ...args.map(numbered)].join(' ')))
		}
	})
	return { lines, take: () => lines.splice(0), [Symbol.dispose]: () => group.done() }
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
