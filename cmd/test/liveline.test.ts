// The line that shows the progress of a recording.
import type { PartReport } from '@tsgotrace/record/launch'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Live } from '../src/liveline.js'

const report = (recorded: number, bytes: number, dropped: number): PartReport => ({
	pid: 1,
	thread: 0,
	state: 'running',
	attached: 1,
	leftOut: [],
	contexts: 0,
	known: 1,
	ids: [],
	signals: recorded,
	recorded,
	sampledOut: 0,
	dropped,
	bytes,
	error: null,
})

let written = ''
const { isTTY } = process.stderr
beforeEach(() => {
	written = ''
	vi.useFakeTimers()
	vi.spyOn(process.stderr, 'write').mockImplementation(text => {
		written += String(text)
		return true
	})
})
afterEach(() => {
	process.stderr.isTTY = isTTY
	vi.restoreAllMocks()
	vi.useRealTimers()
})

it('shows rate, bytes and losses of all threads once a second, and goes at the end', () => {
	process.stderr.isTTY = true
	let reports: PartReport[] = []
	const live = new Live(() => reports)
	vi.advanceTimersByTime(999)
	expect(written).toBe('')
	reports = [report(1000, 40_000, 0), report(234, 2_000, 7)]
	vi.advanceTimersByTime(1)
	expect(written).toBe('\r\u001B[K1.23k events/s, 42.0 kB, 7 dropped\r')
	written = ''
	reports = [report(1500, 60_000, 0), report(234, 2_000, 7)]
	vi.advanceTimersByTime(1000)
	expect(written).toBe('\r\u001B[K500 events/s, 62.0 kB, 7 dropped\r')
	written = ''
	live.end()
	vi.advanceTimersByTime(5000)
	expect(written).toBe('\r\u001B[K')
})

it('is silent in a pipe', () => {
	process.stderr.isTTY = false
	const live = new Live(() => [report(1, 1, 1)])
	vi.advanceTimersByTime(5000)
	live.end()
	expect(written).toBe('')
})
