import type { Analysis } from '../facts/analysis.js'
import type { ItemGroup } from '../facts/groups.js'
import { sharesOf } from '../facts/sites.js'
import type { WaitSite } from '../facts/states.js'
import type { RunGroup, RunGroups } from './compare.js'

/** Collects what a comparison uses of a trace. */
export function runOf({ groups, states }: Analysis): RunGroups {
	const run = new Map<string, RunGroup>()
	const sites = [...states.sites.values()]
	for (const kind of ['task', 'call', 'region', 'slice'] as const)
		for (const group of groups.all(kind)) {
			const { name, durations } = group
			if (durations.count > 0)
				run.set(`${kind} ${name}`, { kind, name, values: durations.values(), ...meansOf(group, sites) })
		}
	return run
}

function meansOf(
	{ name, states, parts, durations }: ItemGroup,
	sites: readonly WaitSite[],
): Pick<RunGroup, 'means' | 'errors'> {
	const means = new Map<string, number>()
	const errors = new Map<string, number>()
	if (states !== null && states.tasks > 0) {
		means.set('running', states.running / states.tasks)
		means.set('runnable', states.runnable / states.tasks)
		for (const [reason, time] of states.waits) {
			means.set(`waiting for ${reason}`, time / states.tasks)
			for (const { site, share, error } of sharesOf(sites, reason, name)) {
				const what = `waiting for ${reason} at ${site}`
				means.set(what, (time * share) / states.tasks)
				errors.set(what, (time * error) / states.tasks)
			}
		}
	}
	for (const [{ kind, name }, time] of parts) means.set(`${kind} ${name}`, time / durations.count)
	return { means, errors }
}
