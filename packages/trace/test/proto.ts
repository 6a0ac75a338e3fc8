// An independent decoder: protobufjs, with the field definitions of Perfetto's public schema as far as they concern us.
import protobuf from 'protobufjs'

const { root } = protobuf.parse(`
syntax = "proto2";
message Trace { repeated TracePacket packet = 1; }
message TracePacket {
  optional ClockSnapshot clock_snapshot = 6; optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10;
  optional TrackEvent track_event = 11; optional InternedData interned_data = 12; optional uint32 sequence_flags = 13;
  optional bool previous_packet_dropped = 42; optional uint32 timestamp_clock_id = 58; optional TracePacketDefaults trace_packet_defaults = 59;
  optional TrackDescriptor track_descriptor = 60;
}
message TracePacketDefaults { optional TrackEventDefaults track_event_defaults = 11; optional uint32 timestamp_clock_id = 58; }
message TrackEventDefaults { optional uint64 track_uuid = 11; }
message ClockSnapshot {
  message Clock { optional uint32 clock_id = 1; optional uint64 timestamp = 2; optional bool is_incremental = 3; optional uint64 unit_multiplier_ns = 4; }
  repeated Clock clocks = 1; optional int32 primary_trace_clock = 2;
}
message TrackDescriptor {
  optional uint64 uuid = 1; optional string name = 2; optional ProcessDescriptor process = 3; optional ThreadDescriptor thread = 4;
  optional uint64 parent_uuid = 5; optional CounterDescriptor counter = 8;
}
message ProcessDescriptor { optional int32 pid = 1; optional string process_name = 6; }
message ThreadDescriptor { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message CounterDescriptor { repeated string categories = 2; }
message TrackEvent {
  repeated uint64 category_iids = 3; repeated DebugAnnotation debug_annotations = 4; optional int32 type = 9; optional uint64 name_iid = 10;
  optional uint64 track_uuid = 11; repeated string categories = 22; optional string name = 23; optional int64 counter_value = 30;
  optional double double_counter_value = 44;
}
message DebugAnnotation {
  oneof name_field { string name = 10; uint64 name_iid = 1; }
  oneof value { bool bool_value = 2; uint64 uint_value = 3; int64 int_value = 4; double double_value = 5; string string_value = 6; uint64 string_value_iid = 17; }
  repeated DebugAnnotation dict_entries = 11; repeated DebugAnnotation array_values = 12;
}
message InternedData {
  repeated Text event_categories = 1; repeated Text event_names = 2; repeated Text debug_annotation_names = 3; repeated Text debug_annotation_string_values = 29;
}
message Text { optional uint64 iid = 1; optional string str = 2; }
`)
const Trace = root.lookupType('Trace')

interface Annotation {
	readonly name?: string
	readonly nameIid?: number
	readonly boolValue?: boolean
	readonly uintValue?: string
	readonly intValue?: string
	readonly doubleValue?: number
	readonly stringValue?: string
	readonly stringValueIid?: number
	readonly dictEntries?: readonly Annotation[]
	readonly arrayValues?: readonly Annotation[]
}

interface Text {
	readonly iid: number
	readonly str: string
}

interface Packet {
	readonly clockSnapshot?: { readonly clocks: readonly { readonly clockId: number; readonly timestamp: string }[] }
	readonly timestamp?: string
	readonly trustedPacketSequenceId?: number
	readonly sequenceFlags?: number
	readonly previousPacketDropped?: boolean
	readonly timestampClockId?: number
	readonly trackDescriptor?: { readonly uuid: string; readonly name?: string }
	readonly internedData?: {
		readonly eventCategories?: readonly Text[]
		readonly eventNames?: readonly Text[]
		readonly debugAnnotationNames?: readonly Text[]
		readonly debugAnnotationStringValues?: readonly Text[]
	}
	readonly trackEvent?: {
		readonly type: number
		readonly categoryIids?: readonly number[]
		readonly nameIid?: number
		readonly trackUuid?: string
		readonly categories?: readonly string[]
		readonly name?: string
		readonly counterValue?: string
		readonly doubleCounterValue?: number
		readonly debugAnnotations?: readonly Annotation[]
	}
}

/** 64 bit integers are strings, except ids, which are small. */
function decode(bytes: Uint8Array): readonly Packet[] {
	const trace = Trace.toObject(Trace.decode(bytes), { longs: String }) as { packet?: readonly Packet[] }
	return trace.packet ?? []
}

export interface DecodedEvent {
	readonly id: string
	readonly type: number
	/** Nanoseconds by the monotonic clock. */
	readonly ts: bigint
	readonly track: string | undefined
	readonly args: Readonly<Record<string, unknown>>
	readonly metadata: boolean
}

interface Tables {
	readonly categories: Map<string, string>
	readonly names: Map<string, string>
	readonly params: Map<string, string>
	readonly strings: Map<string, string>
	clock: bigint
}

/**
 * All events of a trace, with the JavaScript values of their arguments: by FORMAT.md, written down a second time.
 * Throws for anything that is unresolved.
 */
export function decodeEvents(bytes: Uint8Array): DecodedEvent[] {
	const states = new Map<number, Tables>()
	const events: DecodedEvent[] = []
	for (const packet of decode(bytes)) {
		const id = packet.trustedPacketSequenceId!
		if (packet.clockSnapshot !== undefined || ((packet.sequenceFlags ?? 0) & 1) !== 0) {
			const clock = packet.clockSnapshot?.clocks.find(({ clockId }) => clockId === 64)
			states.set(id, {
				categories: new Map(),
				names: new Map(),
				params: new Map(),
				strings: new Map(),
				clock: clock === undefined ? (states.get(id)?.clock ?? 0n) : BigInt(clock.timestamp),
			})
		}
		const state = states.get(id)!
		const { internedData, trackEvent } = packet
		for (const [key, texts] of [
			['categories', internedData?.eventCategories],
			['names', internedData?.eventNames],
			['params', internedData?.debugAnnotationNames],
			['strings', internedData?.debugAnnotationStringValues],
		] as const)
			for (const { iid, str } of texts ?? []) state[key].set(String(iid), str)
		if (trackEvent === undefined) continue
		const metadata = packet.timestampClockId === 3
		if (!metadata) state.clock += BigInt(packet.timestamp!)
		const known = (table: Map<string, string>, iid: unknown): string => {
			const text = table.get(String(iid))
			if (text === undefined) throw new Error(`iid ${String(iid)} is not defined`)
			return text
		}
		const category = metadata ? trackEvent.categories![0]! : known(state.categories, trackEvent.categoryIids![0])
		const name = metadata ? trackEvent.name! : known(state.names, trackEvent.nameIid)
		const args: Record<string, unknown> = {}
		for (const annotation of trackEvent.debugAnnotations ?? [])
			args[annotation.name ?? known(state.params, annotation.nameIid)] = valueOf(annotation, state, known)
		events.push({
			id: `${category}:${name}`,
			type: trackEvent.type,
			ts: metadata ? BigInt(packet.timestamp!) : state.clock,
			track: trackEvent.trackUuid,
			args: trackEvent.type === 4 ? { value: trackEvent.doubleCounterValue ?? Number(trackEvent.counterValue) } : args,
			metadata,
		})
	}
	return events
}

const specials = [
	undefined,
	null,
	{},
	[],
	...['getter', 'circular', 'proxy', 'redacted', 'object', 'array', 'empty', 'error', 'cut'].map(name =>
		Symbol.for(name),
	),
]
const wrappers =
	'bigint bits utf16 date error message typed length class size regexp symbol function more _ _ _ bytes _'.split(' ')

function valueOf(
	annotation: Annotation,
	state: Tables,
	known: (table: Map<string, string>, iid: unknown) => string,
): unknown {
	const { boolValue, uintValue, intValue, doubleValue, stringValue, stringValueIid, dictEntries, arrayValues } =
		annotation
	if (boolValue !== undefined) return boolValue
	if (uintValue !== undefined) return BigInt(uintValue)
	if (intValue !== undefined) return Number(intValue)
	if (doubleValue !== undefined) return doubleValue
	if (stringValue !== undefined) return stringValue
	if (stringValueIid !== undefined)
		return Number(stringValueIid) < 64 ? specials[Number(stringValueIid) - 1] : known(state.strings, stringValueIid)
	if (arrayValues !== undefined) return arrayValues.map(value => valueOf(value, state, known))
	if (dictEntries === undefined) throw new Error('an annotation without a value')
	const [first] = dictEntries
	const entries = dictEntries.map(
		entry =>
			[entry.name ?? `$${wrappers[Number(entry.nameIid) - 1] ?? 'unknown'}`, valueOf(entry, state, known)] as const,
	)
	const object = Object.fromEntries(entries)
	if (first?.nameIid === undefined) return object
	if ('$bigint' in object && !('$bits' in object)) return BigInt(object['$bigint'] as string)
	if ('$utf16' in object)
		return (object['$utf16'] as string).replace(/\\(?:u([0-9a-f]{4})|\\)/g, (_, hex: string | undefined) =>
			hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
		)
	return object
}
