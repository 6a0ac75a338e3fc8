import { type ListenedEvent, sources } from './source.js'

let count = 0

export const moduleSources: readonly ListenedEvent[] = sources({
	'import of a module of Node': async signal => {
		await import('node:inspector/promises')
		signal()
	},
	'import of a file': async signal => {
		// Vitest asks another process for it. Each import must be the first one of its module.
		const file = `./modules/late.js?${count++}`
		await import(/* @vite-ignore */ file)
		signal()
	},
	'import of a file that awaits': async signal => {
		await import('./modules/waiting.js')
		signal()
	},
	'import of nothing': async signal => {
		const nothing = './modules/nothing.js'
		await import(/* @vite-ignore */ nothing).catch(signal)
	},
})
