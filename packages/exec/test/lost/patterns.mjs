// Runs patterns of leaks, and prints which tasks are proved to be lost, and which are left. Usage: node --expose-gc
// patterns.mjs MODULE
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { liveTasks } from '@tsgotrace/exec'
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'

const { kept, patterns } = await import(pathToFileURL(process.argv[2]).href)
/** @type {string[]} */
let lost = []
const group = new ProbeGroup()
setup(() => {
	for (const event of events())
		if (event.id === '@tsgotrace/exec/tasks:traceTaskLost') attachProbe(group, event, (_, name) => lost.push(name))
})

async function collect(left) {
	for (let i = 0; i < 500 && liveTasks().length > left; i++) {
		await sleep(2)
		gc()
	}
	// Nothing else must go.
	gc()
	await sleep(1)
}

/** In a function of its own: what a frame keeps is not collected. */
function letGo() {
	for (const one of kept.splice(0)) clearTimeout(one)
}

const result = {}
for (const [title, { run, stuck = [] }] of Object.entries(patterns)) {
	lost = []
	run()
	await collect(stuck.length)
	result[title] = {
		lost: [...lost].sort(),
		stuck: liveTasks()
			.map(({ name }) => name)
			.sort(),
	}
	if (stuck.length === 0) continue
	letGo()
	await collect(0)
}
console.log(JSON.stringify(result))
