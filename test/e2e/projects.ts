// A user's projects: what a beginner writes by following the README, with the strictest options that are in use.

/** Paths and contents. */
export type Files = Readonly<Record<string, string>>

const compilerOptions = {
	target: 'es2022',
	// No DOM and no types of Node: the runtime needs neither.
	lib: ['es2022'],
	types: [],
	module: 'nodenext',
	rootDir: 'src',
	outDir: 'dist',
	declaration: true,
	strict: true,
	skipLibCheck: false,
	// The compiler's own libraries are half of what it checks, and no part of the test.
	skipDefaultLibCheck: true,
	isolatedModules: true,
	exactOptionalPropertyTypes: true,
	noUncheckedIndexedAccess: true,
	noUnusedLocals: true,
	noUnusedParameters: true,
	noPropertyAccessFromIndexSignature: true,
	noImplicitOverride: true,
	noImplicitReturns: true,
}

/** Text of a tsconfig.json that differs from the usual one by `options`. */
export function tsconfig(options: object = {}): string {
	return json({ compilerOptions: { ...compilerOptions, ...options }, include: ['src'] })
}

function json(value: unknown): string {
	return `${JSON.stringify(value, null, '\t')}\n`
}

/** A library with events, as ES modules. Others import its events. */
export function library(runtimeVersion: string): Files {
	return {
		'package.json': json({
			name: 'greetings',
			version: '1.2.3',
			type: 'module',
			files: ['dist'],
			exports: {
				'.': { types: './dist/greet.d.ts', default: './dist/greet.js' },
				'./ztrace': { types: './dist/ztrace.d.ts' },
			},
			dependencies: { '@tsgotrace/runtime': runtimeVersion },
		}),
		'tsconfig.json': tsconfig({ verbatimModuleSyntax: true, isolatedDeclarations: true }),
		'src/greet.ts': `import { traceGreeted } from './ztrace.js'

export interface Greeting {
	readonly to: string
}

//trace:event traceGreeted(greeting: Greeting, times: number)

let times = 0

export function greet(to: string): Greeting {
	const greeting = { to }
	traceGreeted(greeting, ++times)
	return greeting
}
`,
	}
}

/** A program that attaches probes to its own events and to the library's, and prints what they saw. */
export function app(type: 'module' | 'commonjs'): Files {
	return {
		'package.json': json({ name: 'app', version: '1.0.0', private: true, type }),
		'tsconfig.json': tsconfig(type === 'module' ? { verbatimModuleSyntax: true } : {}),
		'src/main.ts': `import { events, ProbeGroup, setup } from '@tsgotrace/runtime'
import { greet } from 'greetings'
import { store } from './store/store.js'
import { traceSaved_Attach } from './store/ztrace.js'
import { greetings_traceGreeted_Attach, traceStarted, traceStarted_Attach } from './ztrace.js'

//trace:import "greetings"
//trace:event traceStarted(round: number)

declare const console: { log(text: string): void }

function round(n: number): Promise<void> {
	traceStarted(n)
	return store(greet(\`world \${n}\`))
}

async function main(): Promise<void> {
	const group = new ProbeGroup()
	await round(1)
	setup(() => {
		traceStarted_Attach(group, n => console.log(\`started \${n}\`))
		greetings_traceGreeted_Attach(group, (greeting, times) => console.log(\`greeted \${greeting.to}, \${times} times\`))
		traceSaved_Attach(group, async what => {
			await null
			console.log(\`saved \${what.to}\`)
		})
	})
	await round(2)
	group.done()
	await round(3)
	console.log(events().map(event => event.id).sort().join(' '))
}

main()
`,
		'src/store/store.ts': `import type { Greeting } from 'greetings'
import { traceSaved } from './ztrace.js'

declare const console: { log(text: string): void }

//trace:event async traceSaved(what: Greeting)

export async function store(what: Greeting): Promise<void> {
	if (traceSaved) await traceSaved(what)
	console.log(\`stored \${what.to}\`)
}
`,
	}
}

/** A program whose events are all its own, for compilers that do not know "exports". */
export const alone: Files = {
	'package.json': json({ name: 'alone', version: '1.0.0', private: true }),
	'src/main.ts': `import { setup } from '@tsgotrace/runtime'
import { traceSaved, traceSaved_Attach, traceStarted, traceStarted_Attach } from './ztrace'

declare const console: { log(text: string): void }

//trace:event traceStarted<T extends string>(first: T, ...rest: readonly T[])
//trace:event async traceSaved(id?: number)

setup(() => {
	traceStarted_Attach(null, (...all) => console.log(\`started \${all.join()}\`))
	traceSaved_Attach(null, id => console.log(\`saved \${id}\`))
})
traceStarted('a', 'b', 'c')
if (traceSaved) void traceSaved(7)
`,
}

/** What the program prints. */
export const printed = `stored world 1
started 2
greeted world 2, 2 times
saved world 2
stored world 2
stored world 3
app/store:traceSaved app:traceStarted greetings:traceGreeted
`
