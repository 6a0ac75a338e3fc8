// oxlint-disable typescript/await-thenable, typescript/return-await, unicorn/no-unnecessary-await -- awaits are what is measured
// node exec-loop-child.mjs ROUNDS: the worst case for what follows tasks: a task that does nothing but await, three calls deep. In turns within one process.
// Prints, as JSON: how long it takes in each kind of turn against those in which nothing is recorded, and the ns of an await.
import { configureStates, task } from '@tsgotrace/exec'
import { record } from '@tsgotrace/record'
import { middle, quantile } from './stats.mjs'

const rounds = Number(process.argv[2])
const own = '@tsgotrace/exec/{tasks,auto}:*'
const states = '@tsgotrace/exec/states:trace{Run,Wait}Done'
const wakes = '@tsgotrace/exec/states:traceWake'
/** So many that what is compiled for a recording that begins does not count. */
const turnCount = 60_000

async function inner() {
	await null
	return 1
}
const middleOne = async () => await inner()
const outer = async () => await middleOne()
async function unit() {
	let sum = 0
	for (let i = 0; i < turnCount; i++) sum += await outer()
	return sum
}

function recording(events, level = 'exact') {
	configureStates({ level })
	const recorder = record({ events, to: () => {} })
	return () => recorder.stop()
}

const hasStates = Number(process.versions.node.split('.')[0]) >= 24
const kinds = {
	off: () => () => {},
	again: () => () => {},
	tasks: () => recording([own]),
	...(hasStates
		? {
				coarse: () => recording([own, states], 'coarse'),
				exact: () => recording([own, states]),
				wakes: () => recording([own, states, wakes]),
			}
		: {}),
}
const names = Object.keys(kinds)
const times = Object.fromEntries(names.map(name => [name, []]))
for (let i = -1; i < rounds; i++)
	for (let j = 0; j < names.length; j++) {
		const name = names[(i + 1 + j) % names.length]
		const stop = kinds[name]()
		await task('warm', unit)
		const before = process.cpuUsage()
		await task('loop', unit)
		const { user, system } = process.cpuUsage(before)
		stop()
		if (i >= 0) times[name].push(((user + system) * 1000) / turnCount / 3)
	}
const idle = times.off.map((time, i) => (time + times.again[i]) / 2)
console.log(
	JSON.stringify({
		ns: {
			off: quantile(times.off, 0.5),
			...Object.fromEntries(
				names
					.slice(1)
					.map(name => [name, middle(times[name].map((time, i) => time / (name === 'again' ? times.off : idle)[i]))]),
			),
		},
	}),
)
