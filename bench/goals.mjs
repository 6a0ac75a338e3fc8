// The goals: what the generated code and the runtime promise to cost. Each is a ratio or a difference inside one
// process.
import { exactTimes, fineTimes, ms, plusNs, times } from './lib/format.mjs'
import { addsTimes, faster, find, findExplored, more, ratio } from './lib/results.mjs'
import { spread } from './lib/stats.mjs'
import { variants } from './lib/variants.mjs'

/**
 * @typedef {object} Goal
 * @property {string} id
 * @property {string} what
 * @property {'hot' | 'peers' | 'record'} section
 * @property {Partial<import('./lib/processes.mjs').Row>} row
 * @property {(row: import('./lib/processes.mjs').Row) => import('./lib/format.mjs').Spread} value
 * @property {(s: import('./lib/format.mjs').Spread) => string} show
 * @property {(node: number) => number} [atMost]
 * @property {(node: number) => number} [atLeast]
 * @property {boolean} [aim] whether it is hoped for, and not promised
 */

const always = limit => () => limit
const tight = { workload: 'tight' }

/** Never attached, against an empty exported function called alike. */
const g1 = build => [
	{
		id: 'G1',
		what: `never attached, ${build}: against an empty exported function`,
		section: 'hot',
		row: { spec: build === 'esm' ? 'event' : 'built', build },
		value: row => ratio(row, 'event', 'empty'),
		show: exactTimes,
		atMost: always(1.02),
	},
	{
		id: 'G1',
		what: `never attached, ${build}, tight loop: more than an empty exported function`,
		section: 'hot',
		row: { spec: build === 'esm' ? 'event' : 'built', build, ...tight },
		value: row => more(row, 'event', 'empty'),
		show: plusNs,
		atMost: always(0.05),
	},
]

const alias = (build, workload) => ({
	id: 'G2',
	what: `never attached, through a local const, ${build}, ${workload}: against no event at all`,
	section: 'hot',
	row: { spec: 'alias', build, workload },
	value: row => ratio(row, 'alias', 'none'),
	show: exactTimes,
	atMost: node => (node >= 26 ? 1.1 : 1.02),
})

const cheaper = (peer, factor) => ({
	id: 'G6',
	what: `never attached: times less than ${variants[peer].title}`,
	section: 'peers',
	row: { spec: peer },
	value: row => addsTimes(row, peer, 'event'),
	show: exactTimes,
	atLeast: always(factor),
})

const subscribers = (phase, what, factor) => ({
	id: 'G8',
	what: `${what}: times less than as many subscribers of a diagnostics_channel`,
	section: 'peers',
	row: { spec: 'channelGuarded', phase },
	value: row => addsTimes(row, 'channelGuarded', 'event'),
	show: exactTimes,
	atLeast: factor,
})

const recorded = { build: 'esm', phase: 'recorded', workload: 'mixed' }

const recordedCheaper = (peer, what, factor) => ({
	id: 'G16',
	what: `an event recorded to a file: times less than ${what}`,
	section: 'record',
	row: { ...recorded, spec: 'event' },
	value: row => ratio(row, peer, 'file'),
	show: times,
	atLeast: always(factor),
})

/** What recording costs. */
const recordGoals = [
	{
		id: 'G15',
		what: 'an event recorded to a file: against reading the clock',
		section: 'record',
		row: { ...recorded, spec: 'event' },
		value: row => ratio(row, 'file', 'clock'),
		show: times,
		atMost: always(1.5),
		aim: true,
	},
	{
		id: 'G15',
		what: 'an event recorded to a ring: against recording that is thrown away',
		section: 'record',
		row: { ...recorded, spec: 'event' },
		value: row => ratio(row, 'ring', 'memory'),
		show: times,
		atMost: always(1.15),
		aim: true,
	},
	recordedCheaper('span', 'an OpenTelemetry SDK span', 25),
	recordedCheaper('chrome', 'chrome-trace-event', 10),
	recordedCheaper('pino', 'pino', 10),
	recordedCheaper('mark', '`performance.mark`', 5),
	{
		id: 'G17',
		what: 'dump of a ring of 4 MiB, ms',
		section: 'record',
		row: { ...recorded, spec: 'dump' },
		value: row => spread(row.ns.dump.map(ns => ns / 1e6)),
		show: ms,
		atMost: always(5),
	},
	{
		id: 'G18',
		what: 'a web server, 10,000 events/s recorded: processor time of a request',
		section: 'record',
		row: { ...recorded, spec: 'server' },
		value: row => spread(row.ns.recorded),
		show: fineTimes,
		atMost: always(1.01),
	},
]

/** @type {Goal[]} */
export const goals = [
	...g1('esm'),
	...g1('cjs'),
	{
		id: 'G1',
		what: 'never attached, esbuild bundle: against no event at all',
		section: 'hot',
		row: { spec: 'built', build: 'bundle' },
		value: row => ratio(row, 'event', 'none'),
		show: exactTimes,
		atMost: node => (node >= 26 ? 1.2 : 1.1),
	},
	alias('esm', 'hash'),
	alias('esm', 'map'),
	alias('cjs', 'hash'),
	{
		id: 'G3',
		what: 'another event attached: against an empty exported function',
		section: 'hot',
		row: { spec: 'event', phase: 'other' },
		value: row => ratio(row, 'event', 'empty'),
		show: exactTimes,
		atMost: always(1.02),
	},
	{
		id: 'G3',
		what: 'another event attached, tight loop: more than an empty exported function',
		section: 'hot',
		row: { spec: 'event', phase: 'other', ...tight },
		value: row => more(row, 'event', 'empty'),
		show: plusNs,
		atMost: always(0.05),
	},
	{
		id: 'G4',
		what: 'after detach, tight loop: more than `if (flag) f()`',
		section: 'hot',
		row: { spec: 'event', phase: 'after', ...tight },
		value: row => more(row, 'event', 'flag'),
		show: plusNs,
		atMost: always(0.5),
	},
	{
		id: 'G4',
		what: 'after detach: against no event at all',
		section: 'hot',
		row: { spec: 'event', phase: 'after' },
		value: row => ratio(row, 'event', 'none'),
		show: exactTimes,
		atMost: always(1.3),
	},
	{
		id: 'G5',
		what: 'never attached, tight loop: what a module variable costs more',
		section: 'hot',
		row: { spec: 'event', ...tight },
		value: row => more(row, 'slot', 'event'),
		show: plusNs,
		atLeast: always(0.5),
	},
	cheaper('emitter', 4),
	cheaper('debug', 4),
	cheaper('otelSpan', 10),
	{
		id: 'G7',
		what: 'never attached, through a local const: against a fresh diagnostics_channel',
		section: 'peers',
		row: { spec: 'channelGuarded' },
		value: row => ratio(row, 'alias', 'channelGuarded'),
		show: exactTimes,
		atMost: always(1.02),
	},
	subscribers('one', 'one probe', node => (node === 24 ? 1 / 1.1 : 2)),
	subscribers('two', 'two probes', always(1.5)),
	subscribers('four', 'four probes', always(2)),
	{
		id: 'G9',
		what: 'attach and detach: part of subscribe and unsubscribe of a diagnostics_channel',
		section: 'hot',
		row: { spec: 'pair', workload: 'pair' },
		value: row => ratio(row, 'locked', 'channels'),
		show: exactTimes,
		atMost: always(1 / 8),
	},
	...['template', 'json'].map(what => ({
		id: 'G10',
		what: `computed argument (${what}) under \`traceX_on()\`: against the plain event`,
		section: /** @type {const} */ ('hot'),
		row: { spec: 'arguments' },
		value: row => ratio(row, `${what}On`, 'event'),
		show: exactTimes,
		atMost: always(1.05),
	})),
	{
		id: 'G12',
		what: 'pausable event, never attached: more than an `await` that is never reached',
		section: 'hot',
		row: { spec: 'pausable', workload: 'save' },
		value: row => more(row, 'event', 'untaken'),
		show: plusNs,
		atMost: always(3),
	},
	...recordGoals,
]

/** Exploration of schedules, each for one body. */
const exploreGoals = [
	...['small', 'deep'].map(body => ({
		id: 'G13',
		what: `lost update, ${body}: times as many schedules a second as fast-check's scheduler`,
		body,
		value: faster,
		show: times,
		holds: s => s.median >= 5,
		limit: '>= 5',
	})),
	{
		id: 'G14',
		what: 'lost update, deep: schedules until it is found',
		body: 'deep',
		value: row => spread(row.finding.verify.map(({ runs }) => runs)),
		show: s => String(s.max),
		holds: s => s.max <= 200,
		limit: '<= 200',
	},
	{
		id: 'G14',
		what: 'lost update, deep: ms until it is found',
		body: 'deep',
		value: row => spread(row.finding.verify.map(({ ms }) => ms)),
		show: s => s.max.toFixed(1),
		holds: s => s.max <= 500,
		limit: '<= 500',
	},
]

/** G11 has no clock: what {@link import('./lib/shape.mjs').shape} found. */
const shapeGoals = [
	{
		id: 'G11',
		what: 'stub, up to two arguments: bytes of bytecode',
		show: s => Math.max(...s.stubBytes.slice(0, 3)),
		holds: n => n <= 27,
		limit: '<= 27',
	},
	{
		id: 'G11',
		what: 'exports of CommonJS output are no dictionary',
		show: s => s.fastExports,
		holds: fast => fast,
		limit: 'true',
	},
]

/** `<= 1.02 (20,22,24), <= 1.1 (26)` */
function limitOf({ atMost, atLeast, aim = false }, majors) {
	const limits = majors.map(major => `${atMost ? '<=' : '>='} ${Number((atMost ?? atLeast)(major).toFixed(3))}`)
	const different = [...new Set(limits)]
	if (different.length === 1) return `${aim ? 'aim ' : ''}${different[0]}`
	return different.map(limit => `${limit} (${majors.filter((_, i) => limits[i] === limit)})`).join(', ')
}

/** The cells of a row from what each Node version says: nothing, or its value and whether it is within the limit. */
function row(id, what, limit, majors, ask) {
	const answers = majors.map(ask)
	const missed = majors.filter((_, i) => answers[i]?.held === false)
	const verdict = answers.every(answer => answer === undefined)
		? 'not measured'
		: missed.length === 0
			? 'held'
			: `not held on ${missed.join(', ')}`
	return [id, what, limit, ...answers.map(answer => answer?.text ?? ''), verdict]
}

/**
 * Goals as rows of a table: id, what, limit, a value for each Node version, verdict.
 *
 * @param {ReturnType<import('./lib/results.mjs').readResults>} results
 * @param {number[]} majors
 */
export function judge(results, majors) {
	const timed = goals.map(goal =>
		row(goal.id, goal.what, limitOf(goal, majors), majors, major => {
			const found = find(results[goal.section], { ...goal.row, node: major })
			if (found === undefined) return undefined
			const value = goal.value(found)
			const held = goal.atMost ? value.median <= goal.atMost(major) : value.median >= goal.atLeast(major)
			return { text: goal.show(value), held }
		}),
	)
	const shaped = shapeGoals.map(({ id, what, show, holds, limit }) =>
		row(id, what, limit, majors, major => {
			const shape = results.hot?.shape[major]
			return shape && { text: String(show(shape)), held: holds(show(shape)) }
		}),
	)
	const explored = exploreGoals.map(({ id, what, body, value, show, holds, limit }) =>
		row(id, what, limit, majors, major => {
			const found = findExplored(results.explore, { body, node: major })
			if (found === undefined) return undefined
			const measured = value(found)
			return { text: show(measured), held: holds(measured) }
		}),
	)
	return [...timed, ...shaped, ...explored]
}
