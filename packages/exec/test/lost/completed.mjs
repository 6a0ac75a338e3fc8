// Begins many tasks that complete, in six kinds of waits, and some that cannot; prints what was claimed. Usage: node
// --expose-gc completed.mjs COMPLETED LOST
import { setImmediate as turn } from 'node:timers/promises'
import { lostTasks, task } from '@tsgotrace/exec'
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'

const [completed, planted] = process.argv.slice(2).map(Number)
const lostNames = []
const group = new ProbeGroup()
setup(() => {
	for (const event of events())
		if (event.id === '@tsgotrace/exec/tasks:traceTaskLost') attachProbe(group, event, (_, name) => lostNames.push(name))
})

const kinds = [
	async () => {},
	async () => Promise.resolve(),
	() => new Promise(resolve => setImmediate(resolve)),
	() => Promise.all([turn(), new Promise(resolve => process.nextTick(resolve))]),
	() => Promise.race([new Promise(() => {}), turn()]),
	async () => {
		await turn()
		throw new Error('expected')
	},
]
let ended = 0
const count = () => void ended++
const begin = n => void task('completes', kinds[n % kinds.length]).then(count, count)
const lose = () => void task('lost', () => new Promise(() => {}))

const each = Math.max(1, Math.floor(completed / planted))
for (let n = 0; n < completed; n++) {
	begin(n)
	if (n % each === 0 && n / each < planted) lose()
	if (n % 200 === 0) await turn()
}
for (let i = 0; i < 500 && (ended < completed || lostTasks().total < planted); i++) {
	gc()
	await turn()
}
for (let i = 0; i < 3; i++) {
	gc()
	await turn()
}
const falseClaims = lostNames.filter(name => name !== 'lost').length
console.log(JSON.stringify({ completed: ended, falseClaims, planted, found: lostNames.length - falseClaims }))
