// Plants stalls of six kinds in tasks of a busy program, and prints what the stalls that are reported say of them.
// node stalls.mjs COUNT
import { execFileSync } from 'node:child_process'
import { pbkdf2Sync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { task } from '@tsgotrace/exec'
import { attachProbe, events, setup } from '@tsgotrace/runtime'

const file = join(tmpdir(), `tsgotrace-stalls-${process.pid}`)
const bytes = Buffer.alloc(4 << 20, 'some text that can be compressed ')
writeFileSync(file, bytes)
const json = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: `name ${i}`, list: [i, i + 1] })))

/** By the name of the function that does it: each is called again until its time is over. */
const kinds = {
	spinning: () => {
		let x = 0
		for (let i = 0; i < 1e5; i++) x = (x * 31 + i) | 0
		return x
	},
	parsing: () => JSON.parse(json),
	sorting: () => Array.from({ length: 20_000 }, () => Math.random()).sort((a, b) => a - b),
	readingFiles: () => readFileSync(file),
	hashing: () => pbkdf2Sync('password', 'salt', 5000, 32, 'sha256'),
	compressing: () => gzipSync(bytes),
	// Seldom: it takes longer.
	executing: () => execFileSync('true'),
}
const calls = { readingFiles: /^fs\./, hashing: /^crypto\./, compressing: /^zlib\./, executing: /^child_process\./ }

const reported = []
setup(() => {
	for (const event of events())
		if (event.id.endsWith(':traceStallDone'))
			attachProbe(null, event, (...args) => reported.push([...args, performance.now()]))
})

const count = Number(process.argv[2])
let over = false
const background = Array.from({ length: 10 }, (_, i) =>
	task(`background ${i}`, async () => {
		while (!over) {
			await sleep(1 + (i % 3))
			for (const until = performance.now() + 0.3; performance.now() < until; );
		}
	}),
)

const planted = []
for (let i = 0; i < count; i++) {
	const kind = Object.keys(kinds)[i % Object.keys(kinds).length]
	const work = kinds[kind]
	const ms = 25 + Math.random() * 30
	await task(`job ${i}`, async () => {
		await sleep(3)
		const began = performance.now()
		while (performance.now() - began < ms) work()
		planted.push({ name: `job ${i}`, kind, began, ended: performance.now() })
		await sleep(3)
	})
}
await sleep(500)
over = true
await Promise.all(background)

const result = {
	planted: planted.length,
	found: 0,
	sampled: 0,
	task: 0,
	where: 0,
	call: 0,
	calls: 0,
	others: 0,
	wrong: [],
}
const used = new Set()
for (const plant of planted) {
	const stall = reported.find(args => {
		const [ms, ago, at] = [args[0], args[8], args[9]]
		const ended = at - ago
		return !used.has(args) && Math.min(ended, plant.ended) - Math.max(ended - ms, plant.began) > 10
	})
	if (stall === undefined) {
		result.wrong.push([plant.kind, 'not found'])
		continue
	}
	used.add(stall)
	result.found++
	const [, , name, where, call, stack, , samples] = stall
	// Where other programs have the processors, the sampler may not come in time.
	if (samples > 0) result.sampled++
	// The function that does it, or what calls it where V8 has put the one into the other.
	const isRightTask = name === plant.name
	const isRightPlace = where.includes('stalls.mjs') && (stack.includes(plant.kind) || where.includes(plant.kind))
	if (isRightTask) result.task++
	if (isRightPlace && samples > 0) result.where++
	if (plant.kind in calls && samples > 0) {
		result.calls++
		if (calls[plant.kind].test(call)) result.call++
		else result.wrong.push([plant.kind, `call ${call}`, where, stack.slice(0, 300)])
	}
	if (!isRightTask || (!isRightPlace && samples > 0)) result.wrong.push([plant.kind, name, where, stack.slice(0, 200)])
}
result.others = reported.length - used.size
console.log(JSON.stringify(result))
