import type { Analysis } from '../facts/analysis.js'
import type { ItemGroup } from '../facts/groups.js'
import type { RunGroup, RunGroups } from './compare.js'

/** Collects what a comparison uses of a trace. */
export function runOf({ groups }: Analysis): RunGroups {
	const run = new Map<string, RunGroup>()
	for (const kind of ['task', 'call', 'region', 'slice'] as const)
		for (const group of groups.all(kind)) {
			const { name, durations } = group
			if (durations.count > 0) run.set(`${kind} ${name}`, { kind, name, values: durations.values(), means: meansOf(group) })
		}
	return run
}

function meansOf({ states, parts, durations }: ItemGroup): Map<string, number> {
	const means = new Map<string, number>()
	if (states !== null && states.tasks > 0) {
		means.set('running', states.running / states.tasks)
		means.set('runnable', states.runnable / states.tasks)
		for (const [reason, time] of states.waits) means.set(`waiting for ${reason}`, time / states.tasks)
	}
	for (const [{ kind, name }, time] of parts) means.set(`${kind} ${name}`, time / durations.count)
	return means
}
