// With node:test. The name of the file keeps the test runner of this repository, which is vitest, from running it itself.
/* eslint-disable typescript/no-floating-promises -- node:test waits for its tests by itself */
import assert from 'node:assert/strict'
import { explore, run, type T } from '@tsgotrace/tracetest'
import { test } from '@tsgotrace/tracetest/node-test'
import { Database, FixedDatabase } from '../src/database.js'
import { Server } from '../src/driver.js'
import { report } from '../src/reports.js'

/** Two people read reports, and one connection is enough. All state is made here: `verify` executes the body many times. */
const twoReports = (Kind: typeof Database) => async (t: T) => {
	const server = new Server()
	const database = new Kind(server)
	await t.all(
		t.go('owner', () => report(database, 'owner')),
		t.go('guest', () => report(database, 'guest')),
	)
	assert.equal(server.connections, 1, `${server.connections} connections`)
}

test('the mistake: as things happen to happen, it never shows', async () => {
	// When the guest's rights are known, the owner's connection is there.
	for (let i = 0; i < 1000; i++) await run(twoReports(Database))
})

test('the mistake: the search finds it', async () => {
	const { failure, schedule, runs } = await explore(twoReports(Database), { name: 'two reports' })
	assert.match(failure?.error.message ?? '', /^2 connections/)
	// One task has to be delayed, at one place: the owner, in the handshake.
	assert.deepEqual({ runs, delays: schedule?.delays, fewest: failure?.fewest }, { runs: 5, delays: 1, fewest: true })

	const again = await explore(twoReports(Database), { name: 'two reports', token: failure!.token })
	assert.equal(again.claim, 'replayed the schedule of the token')
	assert.match(again.failure?.error.message ?? '', /^2 connections/)
	assert.deepEqual(again.schedule, schedule)
})

test('fixed: no schedule connects twice', async () => {
	const { failure, claim } = await explore(twoReports(FixedDatabase))
	assert.equal(failure, undefined)
	assert.match(claim, /^exhaustive over choice points: all 33 schedules\b/)
})

// This is what a test of one's own looks like. node:test prints what was explored as a diagnostic of the test.
test.verify('two reports, one connection', ({ t }) => twoReports(FixedDatabase)(t))
