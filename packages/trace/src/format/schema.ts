// Field numbers of Perfetto's public trace schema, as the tags that precede values: number << 3 | wire type.
// Only the fields that FORMAT.md describes are listed.

export const tracePacket: number = 0xa

export const packet = {
	clockSnapshot: 0x32,
	timestamp: 0x40,
	sequenceId: 0x50,
	trackEvent: 0x5a,
	internedData: 0x62,
	sequenceFlags: 0x68,
	/** As other tools say that a state begins. */
	incrementalStateCleared: 0x148,
	previousPacketDropped: 0x150,
	timestampClockId: 0x1d0,
	defaults: 0x1da,
	trackDescriptor: 0x1e2,
	perfSample: 0x212,
} as const

export const clockSnapshot = { clocks: 0xa, primaryTraceClock: 0x10 } as const
export const clockField = { id: 0x8, timestamp: 0x10, isIncremental: 0x18, unit: 0x20 } as const

/** The clock of the sequence, incremental. */
export const sequenceClock = 64
export const monotonicClock = 3
export const realtimeClock = 1
/** Of other tools. */
export const boottimeClock = 6
/** Clocks from this one on belong to a sequence. */
export const firstSequenceClock = 64

export const defaults = { timestampClockId: 0x1d0, trackEventDefaults: 0x5a } as const

export const track = {
	uuid: 0x8,
	name: 0x12,
	/** As other tools name tracks. */
	staticName: 0x52,
	process: 0x1a,
	thread: 0x22,
	parent: 0x28,
	counter: 0x42,
} as const
export const processField = { pid: 0x8, name: 0x32 } as const
export const threadField = { pid: 0x8, tid: 0x10, name: 0x2a } as const

export const event = {
	categoryIids: 0x18,
	annotations: 0x22,
	type: 0x48,
	nameIid: 0x50,
	trackUuid: 0x58,
	categories: 0xb2,
	name: 0xba,
	counterValue: 0xf0,
	flowIds: 0x179,
	doubleCounterValue: 0x161,
} as const

/**
 * A sample of what a thread did. Its last field is not part of Perfetto's format, and its tools skip it: the other data
 * of the sample, as a track event.
 */
export const perfSample = {
	cpu: 0x8,
	pid: 0x10,
	tid: 0x18,
	callstackIid: 0x20,
	cpuMode: 0x28,
	timebaseCount: 0x30,
	event: 0x7d02,
} as const
/** CpuMode: code of the program, not of the kernel. */
export const userMode = 2

export const sliceBegin = 1
export const sliceEnd = 2
export const instantEvent = 3
export const counterEvent = 4
export type EventType = typeof sliceBegin | typeof sliceEnd | typeof instantEvent | typeof counterEvent

export const annotation = {
	nameIid: 0x8,
	bool: 0x10,
	uint: 0x18,
	int: 0x20,
	double: 0x29,
	string: 0x32,
	/** Of other tools. */
	pointer: 0x38,
	json: 0x4a,
	name: 0x52,
	dict: 0x5a,
	array: 0x62,
	stringIid: 0x88,
} as const

export const interned = {
	categories: 0xa,
	eventNames: 0x12,
	annotationNames: 0x1a,
	strings: 0xea,
	functionNames: 0x2a,
	frames: 0x32,
	callstacks: 0x3a,
	mappingPaths: 0x8a,
	mappings: 0x9a,
	sourcePaths: 0x92,
} as const
export const internedField = { iid: 0x8, text: 0x12 } as const

/** A frame. Its last field is not part of Perfetto's format. */
export const frame = {
	iid: 0x8,
	functionName: 0x10,
	mapping: 0x18,
	relPc: 0x20,
	sourcePath: 0x28,
	line: 0x30,
	column: 0x7d00,
} as const
export const callstack = { iid: 0x8, frames: 0x10 } as const
export const mapping = { iid: 0x8, paths: 0x38 } as const

export const stateCleared = 1
export const needsState = 2

/** Texts that represent values other than strings, by their iid in the table of interned strings. */
export const special = {
	undefined: 1,
	null: 2,
	emptyObject: 3,
	emptyArray: 4,
	getter: 5,
	circular: 6,
	proxy: 7,
	redacted: 8,
	object: 9,
	array: 10,
	hole: 11,
	error: 12,
	cut: 13,
} as const
export const specialTexts: readonly string[] = [
	'undefined',
	'null',
	'{}',
	'[]',
	'[getter]',
	'[circular]',
	'[proxy]',
	'[redacted]',
	'[object]',
	'[array]',
	'[empty]',
	'[error]',
	'[cut]',
]

/**
 * Reserved names, by their iid in the table of interned annotation names: first keys of dicts that represent values
 * other than plain objects, and annotations after the arguments.
 */
export const wrapper = {
	bigint: 1,
	bits: 2,
	utf16: 3,
	date: 4,
	error: 5,
	message: 6,
	typed: 7,
	length: 8,
	class: 9,
	size: 10,
	regexp: 11,
	symbol: 12,
	function: 13,
	more: 14,
	'tsgotrace.trace_id': 15,
	'tsgotrace.span_id': 16,
	'tsgotrace.unsampled': 17,
	bytes: 18,
	'tsgotrace.within': 19,
	'tsgotrace.event': 20,
	'tsgotrace.done': 21,
	'tsgotrace.stack': 22,
} as const
export const wrapperTexts: readonly string[] = Object.keys(wrapper)
/** Reserved iids are below this. */
export const reservedIids = 64

/** The first iid that names and strings of the program get. From 128 on they take two bytes, which saves a branch. */
export const firstIid = 128
