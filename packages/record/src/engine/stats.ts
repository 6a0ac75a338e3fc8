/** What became of the signals of one event, or of all. */
export interface EventStats {
	/** Calls of the stub while the recorder was attached. */
	readonly signals: number
	/** Written, and neither lost nor, in a ring, overwritten. */
	readonly recorded: number
	/** Left out by sampling. */
	readonly sampledOut: number
	/** Lost: a write failed, the ring was overwritten, the event was too large. */
	readonly dropped: number
	/** Could not be encoded, by a fault of the recorder, which is reported. */
	readonly failed: number
	/** Bytes of the packets that were recorded, lost ones included. Names, strings in tables and metadata come on top. */
	readonly bytes: number
}

export interface RecorderStats extends EventStats {
	/** By id. Events of which nothing was signalled yet are there too. */
	readonly events: Readonly<Record<string, EventStats>>
	/** Time that recording has taken on this thread, in milliseconds: measured at every 1024th event of each kind, and at each write. */
	readonly ownTime: number
	/** Errors, of the sink and of encoding: the first was reported. */
	readonly errors: number
}
