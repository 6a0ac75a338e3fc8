import { inject } from 'vitest'

declare module 'vitest' {
	interface ProvidedContext {
		/** Whether properties run as often as it takes to prove something: in `npm run test:matrix`. */
		thorough: boolean
	}
}

/**
 * The number of runs of a property: a few in `npm test`, many in `npm run test:matrix`, which runs each file that
 * imports this one. Not an environment variable: tests that start vitest on other versions of Node would pass it on.
 */
export function runs(few: number, many: number): number {
	return inject('thorough') ? many : few
}
