import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cell, type Compiler, compile, type Driven, drive, setUp, type Workshop } from './workshop.js'

/** The tests of one way to compile with one compiler. `more` are tests of the sources. */
export function checkCell(cell: Cell, compiler: Compiler, more: (workshop: () => Workshop) => void = () => {}): void {
	let workshop: Workshop
	beforeAll(async () => {
		workshop = await workshopOf(cell)
	})

	it('compiles what was generated from the golden trees', async () => {
		expect(await compile(workshop, compiler)).toBe('')
	})

	it('delivers every event to its probes, with its arguments', async () => {
		expectAll(await drive(workshop), workshop)
	})
	more(() => workshop)
}

const workshops = new Map<Cell, Promise<Workshop>>()
afterAll(async () => {
	for (const workshop of workshops.values()) rmSync((await workshop).dir, { recursive: true, force: true })
})

/** What is generated for a cell: the same for all compilers, so it is generated once. */
export function workshopOf(cell: Cell): Promise<Workshop> {
	let workshop = workshops.get(cell)
	if (workshop === undefined) workshops.set(cell, (workshop = setUp(cell)))
	return workshop
}

/** Every event of the trees was signalled, and every import that has a running exporter attached. */
export function expectAll({ events, imported, missing }: Driven, workshop: Workshop): void {
	expect(workshop.events.length).toBeGreaterThan(0)
	expect(events.toSorted()).toEqual(workshop.events)
	const known = new Set(workshop.events)
	expect(missing).toEqual(imported.filter(id => !known.has(id)))
	expect(imported.length).toBeGreaterThanOrEqual(workshop.imports.length)
}
