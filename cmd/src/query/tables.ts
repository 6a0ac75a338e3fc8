/** The tables of `query`. Times are integer nanoseconds since the start of the trace. docs/cli.md documents them. */
export const tables = `
create table trace (start_ns integer, start text, duration integer);
create table processes (id integer primary key, pid integer, name text, instance integer);
create table threads (id integer primary key, process integer references processes, pid integer, tid integer, name text);
create table events (
	id integer primary key, ts integer, type text, event text, category text, name text,
	slice integer, thread integer references threads, lane text, value numeric, args text, bytes integer
);
create table slices (
	id integer primary key, ts integer, dur integer, event text, category text, name text, parent integer, depth integer,
	thread integer references threads, lane text, args text, end_args text
);
create table losses (ts integer, sequence integer, events integer, bytes integer, reason text);
create table declarations (event text, type text, params text, source text, category text, name text, sampling text, redacted text);
create view args as select events.id as event_id, events.ts, events.event, arg.key as name, arg.value as value, arg.type as type
	from events, json_each(events.args) as arg where events.args is not null;
create view counters as select ts, event, name, value, thread from events where type = 'counter';
`

/** The columns of each table and view, as declared above. */
export const tableColumns = {
	events: ['id', 'ts', 'type', 'event', 'category', 'name', 'slice', 'thread', 'lane', 'value', 'args', 'bytes'],
	args: ['event_id', 'ts', 'event', 'name', 'value', 'type'],
	slices: ['id', 'ts', 'dur', 'event', 'category', 'name', 'parent', 'depth', 'thread', 'lane', 'args', 'end_args'],
	counters: ['ts', 'event', 'name', 'value', 'thread'],
	threads: ['id', 'process', 'pid', 'tid', 'name'],
	processes: ['id', 'pid', 'name', 'instance'],
	losses: ['ts', 'sequence', 'events', 'bytes', 'reason'],
	declarations: ['event', 'type', 'params', 'source', 'category', 'name', 'sampling', 'redacted'],
	trace: ['start_ns', 'start', 'duration'],
} as const

/** A table that rows are inserted into; the others are views. */
export type TableName = Exclude<keyof typeof tableColumns, 'args' | 'counters'>

export function insertInto(table: TableName): string {
	return `insert into ${table} values (${tableColumns[table].map(() => '?').join(', ')})`
}
