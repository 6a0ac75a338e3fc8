// What is measured: for each spec, the variants that run in one process, in which builds, and the phases they go
// through.

/**
 * @typedef {object} Spec
 * @property {string} name
 * @property {('esm' | 'cjs' | 'bundle')[]} builds
 * @property {string[]} functions
 * @property {[phase: string, workloads: string[]][]} phases
 * @property {boolean} [places] whether small ratios matter: the hash function is then measured in more processes,
 * because where V8 happens to place its code makes it up to 1.19 times slower, even if it is the same text
 */

/** @type {Spec[]} */
export const hot = [
	{
		name: 'event',
		places: true,
		builds: ['esm'],
		functions: ['none', 'again', 'empty', 'flag', 'slot', 'event'],
		phases: [
			['never', ['hash', 'tight', 'map']],
			['other', ['hash', 'tight']],
			['one', ['hash', 'tight']],
			['two', ['hash']],
			['four', ['hash']],
			['after', ['hash', 'tight', 'map']],
			['cycled', ['hash', 'tight']],
		],
	},
	{
		name: 'built',
		places: true,
		builds: ['cjs', 'bundle'],
		functions: ['none', 'again', 'empty', 'event'],
		phases: [
			['never', ['hash', 'tight', 'map']],
			['other', ['hash']],
			['one', ['hash']],
			['after', ['hash', 'tight']],
		],
	},
	{
		name: 'alias',
		places: true,
		builds: ['esm', 'cjs', 'bundle'],
		functions: ['none', 'again', 'alias'],
		phases: [
			['never', ['hash', 'tight', 'map']],
			['after', ['hash']],
		],
	},
	{
		name: 'pausable',
		builds: ['esm', 'cjs', 'bundle'],
		functions: ['none', 'again', 'untaken', 'event'],
		phases: [
			['never', ['save']],
			['after', ['save']],
		],
	},
	{
		name: 'arguments',
		builds: ['esm'],
		functions: ['none', 'event', 'template', 'templateOn', 'json', 'jsonOn'],
		phases: [['never', ['hash']]],
	},
	{ name: 'pair', builds: ['esm'], functions: ['channels', 'locked', 'setups'], phases: [['never', ['pair']]] },
]

const attached = [
	['never', ['hash', 'tight']],
	['one', ['hash']],
	['two', ['hash']],
	['four', ['hash']],
]

/** @type {Spec[]} */
export const peers = [
	{
		name: 'channelGuarded',
		places: true,
		builds: ['esm'],
		functions: ['none', 'event', 'alias', 'channelGuarded'],
		phases: [...attached, ['after', ['hash']], ['cycled', ['hash']]],
	},
	{ name: 'channel', builds: ['esm'], functions: ['none', 'event', 'channel'], phases: [['never', ['hash', 'tight']]] },
	{ name: 'emitter', builds: ['esm'], functions: ['none', 'event', 'emitter'], phases: attached },
	{ name: 'tapable', builds: ['esm'], functions: ['none', 'event', 'tapable'], phases: attached },
	...['flag', 'debug', 'otelEvent', 'otelSpan', 'mark'].map(peer => ({
		name: peer,
		builds: /** @type {Spec['builds']} */ (['esm']),
		functions: ['none', 'event', peer],
		phases: /** @type {Spec['phases']} */ ([['never', ['hash', 'tight']]]),
	})),
]

const pairs = new Set(['channels', 'locked', 'setups'])

/** The files of the built fixture that a function of a spec is made of. */
function filesOf(spec, name) {
	if (pairs.has(name)) return [`pair-${name}`]
	// Both signal the same events: only one of them attaches.
	const attaches = name === 'event' || (name === 'alias' && !spec.functions.includes('event'))
	return attaches ? [`work-${name}`, 'probes'] : [`work-${name}`]
}

/** The apps to build for `specs`. */
export const appsOf = specs =>
	Object.fromEntries(
		specs.map(spec => [spec.name, Object.fromEntries(spec.functions.map(name => [name, filesOf(spec, name)]))]),
	)
