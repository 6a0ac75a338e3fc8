// Two copies of the package in one process: that of `tsgotrace record --exec`, and the program's own.
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as first from '@tsgotrace/exec'
import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
import { afterEach, expect, it, vi } from 'vitest'
import { contend } from '../src/realm.js'

vi.resetModules()
const second = await import('@tsgotrace/exec')

const group = new ProbeGroup()
afterEach(() => group.done())

it('know the same current task, and give no id twice', () => {
	expect(second.task).not.toBe(first.task)
	const ids: number[] = []
	listen(/TaskBegin$/, id => ids.push(id as number))
	first.task('outer', () => second.task('inner', inside => expect(inside?.parent?.name).toBe('outer')))
	expect(new Set(ids).size).toBe(2)
	expect(first.liveTasks()).toEqual([])
})

it('begin one task for each request', async () => {
	const names: unknown[] = []
	const calls: unknown[] = []
	listen(/TaskBegin$/, (_, name) => names.push(name))
	listen(/CallBegin$/, (_, target) => calls.push(target))
	const server = createServer((_, response) => response.end(second.currentTask()?.name)).listen(0)
	await new Promise(resolve => server.once('listening', resolve))
	const { port } = server.address() as AddressInfo
	const body = await new Promise(resolve =>
		get({ port, path: '/one' }, response => response.setEncoding('utf8').on('data', resolve)),
	)
	server.close()
	expect(body).toBe('GET /one')
	expect(names).toEqual(['GET /one'])
	expect(calls).toHaveLength(1)
})

it('take over from each other: the next runs when the first has stopped, and none runs twice', () => {
	const log: string[] = []
	const source = (name: string) => () => {
		log.push(`+${name}`)
		return () => void log.push(`-${name}`)
	}
	const stops = ['a', 'b', 'c'].map(name => contend('test', source(name)))
	stops[1]!()
	stops[0]!()
	stops[2]!()
	expect(log).toEqual(['+a', '-a', '+c', '-c'])
})

it('one that cannot start does not keep the others from it', () => {
	expect(() =>
		contend('failing', () => {
			throw new Error('no')
		}),
	).toThrow('no')
	let runs = 0
	contend('failing', () => {
		runs++
		return () => {}
	})()
	expect(runs).toBe(1)
})

/** Attach to all copies of the events. */
function listen(name: RegExp, fn: (...args: readonly unknown[]) => void): void {
	setup(() => {
		for (const event of events())
			if (event.id.startsWith('@tsgotrace/exec/') && name.test(event.id)) attachProbe(group, event, fn)
	})
}
