// Tasks that wait for each other: for a lock, a pool, or a queue, of which only states and places of waits are known.
import { textDuration } from '../../text/text.js'
import { componentsOf } from '../facts/components.js'
import type { ItemGroup } from '../facts/groups.js'
import { addWakes, noWakes, type Wakes } from '../facts/handovers.js'
import type { Finding } from '../facts/report.js'
import type { WaitSite } from '../facts/states.js'
import { type Facts, lookAtSlowest, percent } from './rule.js'

/** Minimum number of waits. */
const often = 20
/** Minimum fraction of the time of a kind of task, and where a place is known. */
const share = 0.5
const siteShare = 0.3
/** Minimum fraction of waits that end as one passes on what it has, and of those that queue for it. */
const passedOn = 0.25
/** Maximum fraction of those that pass it on while no other one does, where several have it at a time. */
const alone = 0.7

/**
 * Whether tasks wait for something that one after the other has: who is woken wakes the next one, which waited already.
 * Otherwise they may share what one of them does for all, such as a missing entry of a cache, or meet each other.
 */
function isPassedOn({ waits, handed, queued }: Wakes): boolean {
	return handed >= passedOn * waits && queued >= passedOn * waits
}

/** Of findings about tasks that do not pass on what they wait for. */
const shared = '. Or they share what one of them does for all: who is woken wakes none that waited before it'

/** How many have it at a time, as far as that is known. */
function placesOf({ measured, others, alone: single }: Wakes): number | null {
	if (measured < often / 2) return null
	return single >= alone * measured ? 1 : Math.max(2, Math.round(1 + others / measured))
}

function whatFor(places: number | null): string {
	if (places === null) return 'a lock, a pool or a queue'
	return places === 1
		? 'something that one holds at a time, such as a lock'
		: `something that about ${places} hold at a time, such as a pool`
}

/** What is known of the waits of tasks for each other. */
interface Waits {
	/** Of the waiting tasks, those that wait longest first. */
	readonly names: readonly string[]
	/** Of them, the time that they waited, in nanoseconds, and their whole time. */
	readonly time: number
	readonly wall: number
	readonly count: number
	readonly mean: number
	/** The place, where one is known. */
	readonly site: string | null
	readonly wakes: Wakes
	/** How many of these tasks were open at once: of one name, at most. */
	readonly max: number
}

function finding({ names, time, wall, count, mean, site, wakes, max }: Waits, from: number, to: number): Finding {
	const isHeld = isPassedOn(wakes)
	const places = isHeld ? placesOf(wakes) : null
	const [its, other] = names.length === 1 ? ['its', `another ${names[0]}`] : ['their', 'another of them']
	return {
		rule: places !== null && places > 1 ? 'pool' : 'contention',
		level: isHeld ? 'measured' : 'suspected',
		subject: [...names]
			.sort()
			.map(name => `task ${name}`)
			.join(', '),
		text: `waited ${percent(time / wall)} of ${its} time${site === null ? '' : ` at ${site},`} until ${other} went on: ${count} waits of ${textDuration(mean)} on average, for ${whatFor(places)}. Up to ${max} ${names.length === 1 ? '' : 'of one name '}were open at once${isHeld ? '' : shared}`,
		evidence: { ids: [], from, to },
		look: lookAtSlowest(names[0]!),
		cost: time,
	}
}

/** Tasks of one name that wait for each other most of their time, where no place or region says for what. */
export function* turns({ analysis, tasks, from, to }: Facts): Generator<Finding, void, undefined> {
	for (const { name, states } of tasks) {
		const time = states?.waits['sync'] ?? 0
		const { wakers, max } = analysis.groups.of('task', name)
		const wakes = wakers.get(name)
		if (states === null || wakes === undefined || time < share * states.wall || wakes.waits < often) continue
		// Most of the waits end as another one of its kind goes on.
		if (wakes.time < time / 2) continue
		const { waits: count } = wakes
		yield finding(
			{ names: [name], time, wall: states.wall, count, mean: wakes.time / count, site: null, wakes, max },
			from,
			to,
		)
	}
}

/** A place at which tasks of one kind wait for each other for most of their time. */
export function* waitSites({ analysis, tasks, from, to }: Facts): Generator<Finding, void, undefined> {
	const sites = syncSites(analysis)
	for (const { site, count: seen, tasks: byTask } of sites) {
		if (seen < often) continue
		const [name = '', estimate = 0] = [...byTask].sort(([, a], [, b]) => b - a)[0] ?? []
		const task = tasks.find(it => it.name === name)
		// Tasks that could go on at once did not wait there.
		if (task?.states == null || estimate === 0) continue
		const { wall } = task.states
		// How long its tasks waited at all is known. Of a sample of the waits, only how they share in it.
		const part = estimate / sites.reduce((sum, one) => sum + (one.tasks.get(name) ?? 0), 0)
		const time = (task.states.waits['sync'] ?? 0) * part
		if (time < siteShare * wall) continue
		const { wakers, max } = analysis.groups.of('task', name)
		const wakes = wakers.get(name)
		// Tasks that wait for each other wait for their turns.
		if (wakes === undefined || wakes.waits * part < often || wakes.time * part < time / 2) continue
		const { waits } = wakes
		yield finding(
			{ names: [name], time, wall, count: Math.round(waits * part), mean: wakes.time / waits, site, wakes, max },
			from,
			to,
		)
	}
}

/** Minimum number of tasks of a name: fewer may be workers that others wait for. */
const fewest = 5
/** Maximum number of names. */
const maxNames = 5

/** A finding about tasks of several names. */
export interface Together {
	/** All of them; the finding says the first few. */
	readonly names: readonly string[]
	readonly finding: Finding
}

/** Tasks of several names that wait for each other: what they wait for is passed on among them, whatever their names. */
export function* turnsOfSeveral({ analysis, tasks, from, to }: Facts): Generator<Together, void, undefined> {
	const groups = analysis.groups.all('task').filter(({ begun }) => begun >= fewest)
	const byName = new Map(groups.map(group => [group.name, group]))
	const wakersOf = ({ wakers }: ItemGroup): ItemGroup[] =>
		[...wakers].flatMap(([by, { handed }]) => (handed > 0 ? (byName.get(by) ?? []) : []))
	for (const component of componentsOf(groups, wakersOf)) {
		if (component.length < 2) continue
		const members = component.flatMap(({ name, wakers, max }) => {
			const states = tasks.find(it => it.name === name)?.states
			if (states == null) return []
			const wakes = sum(component.flatMap(other => wakers.get(other.name) ?? []))
			// For other things they may wait in the same way, of which this says nothing.
			const time = Math.min(wakes.time, states.waits['sync'] ?? 0)
			return time < share * states.wall ? [] : [{ name, time, wall: states.wall, wakes, max }]
		})
		const wakes = sum(members.map(member => member.wakes))
		// What several share without passing it on is no fault: one does for all what they need.
		if (members.length < 2 || wakes.waits < often || !isPassedOn(wakes)) continue
		members.sort((a, b) => b.time - a.time)
		const names = members.map(({ name }) => name)
		const total = (of: (member: (typeof members)[number]) => number): number =>
			members.reduce((all, member) => all + of(member), 0)
		const about = finding(
			{
				names: names.slice(0, maxNames),
				time: total(({ time }) => time),
				wall: total(({ wall }) => wall),
				count: wakes.waits,
				mean: wakes.time / wakes.waits,
				site: commonSite(syncSites(analysis), names),
				wakes,
				max: Math.max(...members.map(({ max }) => max)),
			},
			from,
			to,
		)
		yield { names, finding: about }
	}
}

function syncSites({ states }: Facts['analysis']): readonly WaitSite[] {
	return [...states.sites.values()].filter(({ reason }) => reason === 'sync')
}

/** The place at which tasks of all these names wait most, if there is one. */
function commonSite(sites: readonly WaitSite[], names: readonly string[]): string | null {
	const [most] = sites
		.map(({ site, tasks }) => ({ site, times: names.map(name => tasks.get(name) ?? 0) }))
		.sort((a, b) => sumOf(b.times) - sumOf(a.times))
	return most === undefined || most.times.includes(0) ? null : most.site
}

function sumOf(times: readonly number[]): number {
	return times.reduce((a, b) => a + b, 0)
}

function sum(all: readonly Wakes[]): Wakes {
	const into = noWakes()
	for (const wakes of all) addWakes(into, wakes)
	return into
}
