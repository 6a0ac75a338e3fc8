'use strict'
// As preload.cjs, for `tsgotrace profile`.
const loaded = Symbol.for('tsgotrace.preload.profile')
const [major, minor] = process.versions.node.split('.').map(Number)

if (!globalThis[loaded]) {
	Object.defineProperty(globalThis, loaded, { value: true })
	try {
		if (major < 20 || (major === 20 && minor < 19))
			throw new Error(`it needs Node 20.19 or newer, this is ${process.version}`)
		require('./dist/cjs/profile/preload.js').start()
	} catch (error) {
		process.emitWarning(
			`trace events are not profiled: ${error instanceof Error ? error.message : String(error)}`,
			'TraceRecordWarning',
		)
	}
}
