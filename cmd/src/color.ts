import pc from 'picocolors'

/** The colours for a stream: none in a pipe, unless FORCE_COLOR is set. */
export function colorsOf(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
	const { NO_COLOR, FORCE_COLOR, TERM } = process.env
	const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0'
	return pc.createColors(!NO_COLOR && (forced || (stream.isTTY === true && TERM !== 'dumb')))
}
