// Traces made by protobufjs from Perfetto's schema, and so neither by our writer nor with what our reader knows.
import protobuf from 'protobufjs'

const schema = `syntax = "proto2";
message Trace { repeated TracePacket packet = 1; }
message TracePacket {
	optional ClockSnapshot clock_snapshot = 6; optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10;
	optional TrackEvent track_event = 11; optional InternedData interned_data = 12; optional uint32 sequence_flags = 13;
	optional bool previous_packet_dropped = 42; optional uint32 timestamp_clock_id = 58; optional Defaults trace_packet_defaults = 59;
	optional TrackDescriptor track_descriptor = 60; optional bytes trace_uuid_and_such = 900;
}
message ClockSnapshot { repeated Clock clocks = 1; optional uint32 primary_trace_clock = 2; }
message Clock { optional uint32 clock_id = 1; optional uint64 timestamp = 2; optional bool is_incremental = 3; optional uint64 unit_multiplier_ns = 4; }
message Defaults { optional uint32 timestamp_clock_id = 58; optional TrackEventDefaults track_event_defaults = 11; }
message TrackEventDefaults { optional uint64 track_uuid = 11; }
message TrackDescriptor {
	optional uint64 uuid = 1; optional string name = 2; optional Process process = 3; optional Thread thread = 4; optional uint64 parent_uuid = 5;
	optional Counter counter = 8;
}
message Process { optional int32 pid = 1; optional string process_name = 6; }
message Thread { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message Counter { optional string unit_name = 6; }
message TrackEvent {
	repeated uint64 category_iids = 3; repeated DebugAnnotation debug_annotations = 4; optional uint32 type = 9; optional uint64 name_iid = 10;
	optional uint64 track_uuid = 11; repeated string categories = 22; optional string name = 23; optional int64 counter_value = 30;
	optional double double_counter_value = 44; repeated fixed64 flow_ids = 47; optional string made_up = 2000;
}
message DebugAnnotation {
	optional uint64 name_iid = 1; optional bool bool_value = 2; optional uint64 uint_value = 3; optional int64 int_value = 4;
	optional double double_value = 5; optional string string_value = 6; optional string name = 10; repeated DebugAnnotation dict_entries = 11;
	repeated DebugAnnotation array_values = 12; optional uint64 string_value_iid = 17;
}
message InternedData {
	repeated Interned event_categories = 1; repeated Interned event_names = 2; repeated Interned debug_annotation_names = 3;
	repeated Interned debug_annotation_string_values = 29;
}
message Interned { optional uint64 iid = 1; optional string name = 2; }`

const packets = protobuf.parse(schema, { keepCase: true }).root.lookupType('TracePacket')

export type Fields = Record<string, unknown>

/** One packet with its tag and length. 64-bit values may be bigints. */
export function packet(fields: Fields): Buffer {
	const body = packets.encode(packets.fromObject(longs(fields) as Fields)).finish()
	return Buffer.from(protobuf.Writer.create().uint32(0x0a).bytes(body).finish())
}

function longs(value: unknown): unknown {
	if (typeof value === 'bigint')
		return {
			low: Number(BigInt.asIntN(32, value)),
			high: Number(BigInt.asIntN(32, value >> 32n)),
			unsigned: value >= 0n,
		}
	if (Array.isArray(value)) return value.map(longs)
	if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
	return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, longs(v)]))
}

const interned = (texts: readonly string[], first = 1): Fields[] => texts.map((name, i) => ({ iid: first + i, name }))
const text = (name: string, value: string): Fields => ({ name, string_value: value })
const count = (name: string, value: number | bigint): Fields => ({ name, uint_value: value })

/** 3 s after the machine was started, and when that was. */
export const monotonic = 3_000_000_000n
export const realtime = 1_700_000_000_000_000_123n

export interface Made {
	readonly sequence?: number
	readonly pid?: number
	readonly at?: bigint
	readonly stringLimit?: number
	/** Number of the thread; 0 is the main one. */
	readonly nth?: number
	/** Of the recording, and what the time of day is then. */
	readonly began?: bigint
}

/** A trace as our recorder writes it: FORMAT.md. */
export class TraceMaker {
	readonly parts: Buffer[] = []
	readonly sequence: number
	readonly pid: number
	readonly at: bigint
	readonly stringLimit: number
	readonly nth: number
	readonly began: bigint

	constructor({ sequence = 128, pid = 42, at = monotonic, stringLimit = 1024, nth = 0, began = realtime }: Made = {}) {
		this.nth = nth
		this.began = began
		this.sequence = sequence
		this.pid = pid
		this.at = at
		this.stringLimit = stringLimit
	}

	add(fields: Fields): this {
		this.parts.push(packet({ trusted_packet_sequence_id: this.sequence, ...fields }))
		return this
	}

	bytes(): Buffer {
		return Buffer.concat(this.parts)
	}

	get thread(): number {
		return this.pid * 10 + this.nth * 1000
	}

	meta(name: string, debug_annotations: Fields[], at: bigint = this.at): this {
		return this.add({
			timestamp: at,
			timestamp_clock_id: 3,
			track_event: { type: 3, categories: ['tsgotrace'], name, track_uuid: this.thread + 1, debug_annotations },
		})
	}

	header(segment = 0): this {
		const { pid, thread } = this
		const clocks = [
			{ clock_id: 3, timestamp: this.at },
			{ clock_id: 1, timestamp: this.began + this.at - monotonic },
		]
		this.add({ clock_snapshot: { clocks, primary_trace_clock: 3 } })
		this.add({ track_descriptor: { uuid: pid, process: { pid, process_name: 'app' } } })
		this.add({
			track_descriptor: {
				uuid: thread,
				parent_uuid: pid,
				thread: { pid, tid: pid + this.nth, thread_name: this.nth === 0 ? 'main' : `worker ${this.nth}` },
			},
		})
		this.add({ track_descriptor: { uuid: thread + 1, parent_uuid: thread, name: 'tsgotrace' } })
		return this.meta('recording', [
			count('format', 1),
			count('segment', segment),
			count('pid', pid),
			count('thread', this.nth),
			text('node', 'v24.0.0'),
			count('stringLimit', this.stringLimit),
			text('mode', 'file'),
			count('began', this.began),
		])
	}

	declare(id: string, as: string, name: string, params = '', more: Fields[] = []): this {
		const category = id.slice(0, id.lastIndexOf(':'))
		return this.meta('event', [
			text('id', id),
			text('params', params),
			text('source', 'src/a.ts:1'),
			text('hash', 'h'),
			text('as', as),
			text('category', category),
			text('name', name),
			...more,
		])
	}

	statistics(
		id: string,
		[signals, recorded, sampledOut, dropped]: readonly [number, number, number, number],
		at: bigint = this.at,
	): this {
		return this.meta(
			'statistics',
			[
				count('signals', signals),
				count('recorded', recorded),
				count('sampledOut', sampledOut),
				count('dropped', dropped),
				count('bytes', recorded * 30),
			].concat(text('id', id)),
			at,
		)
	}

	state(at: bigint = this.at, more: Fields = {}): this {
		this.add({
			clock_snapshot: {
				clocks: [
					{ clock_id: 64, timestamp: at, is_incremental: true, unit_multiplier_ns: 1 },
					{ clock_id: 3, timestamp: at },
					{ clock_id: 1, timestamp: this.began + at - monotonic },
				],
				primary_trace_clock: 3,
			},
		})
		const names = [
			'bigint',
			'bits',
			'utf16',
			'date',
			'error',
			'message',
			'typed',
			'length',
			'class',
			'size',
			'regexp',
			'symbol',
			'function',
			'more',
		]
		const values = [
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
		return this.add({
			sequence_flags: 3,
			trace_packet_defaults: { timestamp_clock_id: 64, track_event_defaults: { track_uuid: this.thread } },
			interned_data: { debug_annotation_names: interned(names), debug_annotation_string_values: interned(values) },
			...more,
		})
	}

	intern(fields: Record<string, readonly [number, string][]>): this {
		const tables = Object.entries(fields).map(
			([name, rows]) => [name, rows.map(([iid, text]) => ({ iid, name: text }))] as const,
		)
		return this.add({ sequence_flags: 2, interned_data: Object.fromEntries(tables) })
	}

	/** An event `delta` nanoseconds after the one before. */
	event(type: 1 | 2 | 3 | 4, category: number, name: number, delta: number, more: Fields = {}): this {
		return this.add({
			timestamp: delta,
			sequence_flags: 2,
			track_event: { type, category_iids: [category], name_iid: name, ...more },
		})
	}

	end(reason: string, at: bigint = this.at): this {
		return this.meta('end', [text('reason', reason)], at)
	}
}
