/** Names that V8 gives to nodes and edges, and that we look for. */
export const vocabulary = [
	'parameters_and_registers',
	'function',
	'receiver',
	'reactions_or_result',
	'context',
	'extension',
	'code',
	'shared',
	'script',
	'script_or_debug_info',
	'name',
	'map',
	'__proto__',
	'constructor',
	'prototype',
	'elements',
	'properties',
	'this',
	'native_to_javascript',
	'first',
	'previous',
	'second',
	'version',
	'atomics_waitasync_promises',
	'error',
	'process',
	'Promise',
	'system / Context',
	'system / NativeContext',
	// Node 26, through the inspector.
	'system / NativeContext / ',
	'system / PromiseReaction',
	'system / PromiseCapability',
	'system / AsyncGeneratorRequest',
	'system / SourceTextModule',
	'(Global handles)',
] as const
/** One of them. */
export type Word = (typeof vocabulary)[number]

/** Names of edges from an object that do not lead to a value of it. */
export const notOwn: readonly Word[] = [
	'map',
	'__proto__',
	'constructor',
	'prototype',
	'previous',
	'script',
	'shared',
	'code',
]

/** Names of edges from an object to what belongs to its class, or to a part of itself: never on the path to a holder. */
export const unnamed: readonly Word[] = ['map', '__proto__', 'constructor', 'prototype', 'elements', 'properties']
