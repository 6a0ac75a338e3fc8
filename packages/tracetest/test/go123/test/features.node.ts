import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, test as plain } from 'node:test'
import { run } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/node-test'
import { hi } from '../src/hi.js'
import { traceHi_Event } from '../src/ztrace.js'
import { deadlock, twoThreadsOK } from './programs.js'

void test('what node:test gives is there too', ({ t, context }) => {
	context.after(() => {})
	equal(context.name, 'what node:test gives is there too')
	equal(typeof t.go, 'function')
})
void test.skip('skipped', () => equal(1, 2))
void test('skipped for a reason', { skip: 'it rains' }, () => equal(1, 2))
void test.todo('to be done', ({ t }) => deadlock(t))
void test.verify('skipped, explored', { skip: true }, () => equal(1, 2))
void plain('a deadlock is expected', () => rejects(run(deadlock), /\[proved: /))

void describe('concurrent tests that listen to the same events get their own', { concurrency: true }, () => {
	for (const n of [1, 2, 3, 4, 5])
		void test(`number ${n}`, async ({ t }) => {
			t.attach(traceHi_Event)
			t.go('sender', async () => {
				for (let i = 0; i < 5; i++) {
					await hi(`${n}·${i}`)
					await new Promise(resolve => setTimeout(resolve, n))
				}
			})
			for (let i = 0; i < 5; i++) deepEqual((await t.recv('default')).args, [`${n}·${i}`])
		})
})

void describe('time', () => {
	void test('of mock timers', async ({ t, context }) => {
		context.mock.timers.enable({ apis: ['setTimeout'] })
		t.attach(traceHi_Event)
		t.go('sleeper', async () => {
			await new Promise(resolve => setTimeout(resolve, 60_000))
			await hi('late')
		})
		const late = t.expect('default', traceHi_Event, 'late')
		await Promise.resolve()
		context.mock.timers.tick(60_000)
		await late
	})
	void test('that is virtual', { time: 'virtual' }, async ({ t }) => {
		t.attach(traceHi_Event)
		t.go('sleeper', async () => {
			await new Promise(resolve => setTimeout(resolve, 60_000))
			await hi('late')
		})
		await t.expect('default', traceHi_Event, 'late')
	})
	void test('that is too short', { timeout: 60, todo: 'it fails, and not the run' }, async ({ t }) => {
		await t.go('never', () => new Promise(() => setInterval(() => {}, 1000).unref()))
	})
})

void test.verify('explored', ({ t }) => twoThreadsOK(t))
void test.verify('explored with options', { delays: 1, samples: 0, timeout: 4000 }, ({ t }) => twoThreadsOK(t))
