// Never run: types.test.ts has it compiled.

import {
	type AsyncTraceEvent,
	attachProbe,
	events,
	lock,
	locked,
	onEvent,
	type Probe,
	ProbeGroup,
	type ProbeGroupOptions,
	setup,
	type TraceEvent,
	unlock,
} from '@tsgotrace/runtime'
import { attach, event, imported, live, threw } from '@tsgotrace/runtime/gen1'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(equal: Equal<A, B>): void {
	void equal
}

type Hello = (who: string, n?: number) => void
declare const traceHello_Event: TraceEvent<Parameters<Hello>>
declare const traceNone_Event: TraceEvent<[]>
declare const traceMany_Event: TraceEvent<[first: Date, ...rest: bigint[]]>
declare const traceSaved_Event: AsyncTraceEvent<[id: number]>
declare const group: ProbeGroup

// The types of the arguments come from the descriptor.
same<Probe<[who: string, n?: number]>, ReturnType<typeof attachHello>>(true)
function attachHello() {
	return attachProbe(group, traceHello_Event, (who, n) => {
		same<string, typeof who>(true)
		same<number | undefined, typeof n>(true)
	})
}
attachProbe(null, traceHello_Event, () => {})
attachProbe(null, traceHello_Event, who => who.length)
attachProbe(null, traceHello_Event, (...args) => same<Parameters<Hello>, typeof args>(true))
attachProbe(null, traceHello_Event, (who: unknown) => who)
attachProbe(null, traceHello_Event, (who: string | null, n?: number | string) => [who, n])
attachProbe(null, traceNone_Event, () => {})
attachProbe(null, traceMany_Event, (first, ...rest) => [first.getTime(), ...rest.map(n => n + 1n)])
// @ts-expect-error: not the type of the argument
attachProbe(null, traceHello_Event, (who: number) => who)
// @ts-expect-error: the argument may be left out
attachProbe(null, traceHello_Event, (who: string, n: number) => [who, n])
// @ts-expect-error: more arguments than the event has
attachProbe(null, traceHello_Event, (who: string, n: number | undefined, more: boolean) => [who, n, more])
// @ts-expect-error: no arguments
attachProbe(null, traceNone_Event, (who: string) => who)
// @ts-expect-error: not the type of the rest
attachProbe(null, traceMany_Event, (first: Date, ...rest: string[]) => [first, rest])
// @ts-expect-error: not a function
attachProbe(null, traceHello_Event, 'hello')
// @ts-expect-error: the group must be said, if only null
attachProbe(undefined, traceHello_Event, () => {})
// @ts-expect-error: not a descriptor
attachProbe(null, 'hello:traceHello', () => {})

// A pausable event takes probes that return a promise, and others.
attachProbe(null, traceSaved_Event, async id => same<number, typeof id>(true))
attachProbe(null, traceSaved_Event, () => {})
attachProbe(null, traceSaved_Event, id => (id > 3 ? Promise.resolve() : undefined))
// @ts-expect-error: not the type of the argument
attachProbe(null, traceSaved_Event, async (id: string) => void id)

// TypeScript lets any function stand for one that returns nothing, so an async probe of an event that is not pausable
// compiles. Nothing waits for it, as the documentation of attachProbe says. A type that refuses it would refuse probes
// that return `unknown` too.
attachProbe(null, traceHello_Event, async who => void who)

// Descriptors can be handled together, and then their arguments are unknown.
const all: (TraceEvent | AsyncTraceEvent)[] = [traceHello_Event, traceNone_Event, traceMany_Event, traceSaved_Event]
for (const each of [...all, ...events()]) {
	attachProbe(group, each, (...args) => same<readonly unknown[], typeof args>(true))
	// @ts-expect-error: unknown arguments are no strings
	attachProbe(group, each, (who: string) => who)
}
onEvent(each => void attachProbe(group, each, () => {}))
same<() => void, ReturnType<typeof onEvent>>(true)
// @ts-expect-error: an event that is not pausable is no pausable one
const pausable: AsyncTraceEvent<[who: string, n?: number]> = traceHello_Event
const wider: TraceEvent<[id: number]> = traceSaved_Event
void [pausable, wider]

// What is read-only.
const probe = attachProbe(null, traceHello_Event, () => {})
const next: Probe | null = probe.next
const anyProbe: Probe = probe
void [next, anyProbe]
// @ts-expect-error: set by attach and detach
traceHello_Event.probes = null
// @ts-expect-error: set by attach and detach
traceHello_Event.probes?.push(probe)
// @ts-expect-error: it can be read, not changed
probe.copies = 2

// setup returns what the function returns, and takes none that is async.
same<number, ReturnType<typeof setupNumber>>(true)
function setupNumber() {
	return setup(() => 1)
}
const nothing: void = setup(() => {})
const pair: [Probe<[who: string, n?: number]>, string] = setup(() => [probe, ''])
void [nothing, pair]
// @ts-expect-error: async
void setup(async () => {})
// @ts-expect-error: async
void setup(async () => 1)
// @ts-expect-error: returns a promise
void setup(() => Promise.resolve())
// @ts-expect-error: takes an argument
setup((lock: string) => lock)

function holdsTheLock(): void {
	using _ = locked()
	unlock()
	lock()
}
function usesAGroup(): void {
	using _ = new ProbeGroup({ onError: (error, probe) => same<[unknown, Probe], [typeof error, typeof probe]>(true) })
}
void [holdsTheLock, usesAGroup]
const options: ProbeGroupOptions = { rejectSignaller: true }
void options

// What generated code relies on.
attach(group, traceHello_Event, (who: string, n?: number) => void [who, n])
attach(null, traceSaved_Event, async (id: number) => void id)
const declared: TraceEvent<Parameters<Hello>> = event({
	'hello:traceHello': 1,
	probes: null,
	id: 'hello:traceHello',
	params: ['who: string', 'n?: number'],
	hash: '',
	source: '',
	async: false,
})
const stub: ((id: number) => Promise<void>) | undefined = live<(id: number) => Promise<void>>(
	traceSaved_Event,
	() => {},
)
const imports: TraceEvent<Parameters<Hello>> = imported({ id: 'hello:traceHello', params: [], hash: '', async: false })
threw(probe, new Error('oops'))
void [declared, stub, imports]
