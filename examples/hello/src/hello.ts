import { traceHello, traceHelloPre, traceTurn } from './ztrace.js'

//trace:event traceHelloPre(who: string)
//trace:event traceHello(who: string)

export function sayHello(who: string): void {
	traceHelloPre(who)
	console.log(`Hello, ${who}`)
	traceHello(who)
}

// A probe of this one may hold the guest back: the task that signals waits for it.
//trace:event async traceTurn(who: string)

/** Greets all guests concurrently, each in a separate task. */
export async function greet(guests: readonly string[]): Promise<void> {
	await Promise.all(
		guests.map(async who => {
			if (traceTurn) await traceTurn(who)
			sayHello(who)
		}),
	)
}
