import { clockField, clockSnapshot as field } from '../format/schema.js'
import type { Wire } from './wire.js'

/** One clock of a snapshot. */
export interface ClockReading {
	readonly id: number
	readonly value: bigint
	readonly incremental: boolean
	/** Nanoseconds of one tick. */
	readonly unit: number
}

/** Clocks that were read at the same moment. */
export interface ClockSnapshot {
	readonly readings: readonly ClockReading[]
	/** The clock in which the trace is shown. */
	readonly primary: number | null
}

/** Read a `clock_snapshot` whose tag has been read. */
export function clockSnapshot(wire: Wire): ClockSnapshot {
	const end = wire.limit()
	const readings: ClockReading[] = []
	let primary: number | null = null
	while (wire.pos < end) {
		const tag = wire.number()
		if (tag === field.primaryTraceClock) primary = wire.number()
		else if (tag === field.clocks) readings.push(reading(wire))
		else wire.skip(tag)
	}
	wire.finish(end)
	return { readings, primary }
}

function reading(wire: Wire): ClockReading {
	const end = wire.limit()
	let id = 0
	let value = 0n
	let incremental = false
	let unit = 1
	while (wire.pos < end) {
		const tag = wire.number()
		if (tag === clockField.id) id = wire.number()
		else if (tag === clockField.timestamp) value = wire.big()
		else if (tag === clockField.isIncremental) incremental = wire.number() !== 0
		else if (tag === clockField.unit) unit = wire.number()
		else wire.skip(tag)
	}
	wire.finish(end)
	return { id, value, incremental, unit }
}
