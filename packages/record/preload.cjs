'use strict'
// What `node --require` loads. Plain CommonJS, because no error of the recorder, or of this Node, may end the program; and
// `--require` instead of `--import`, because the latter does not reach workers of `eval` and loads the program with another loader.
const loaded = Symbol.for('tsgotrace.preload')
const [major, minor] = process.versions.node.split('.').map(Number)

if (!globalThis[loaded]) {
	Object.defineProperty(globalThis, loaded, { value: true })
	try {
		if (major < 20 || (major === 20 && minor < 19))
			throw new Error(`it needs Node 20.19 or newer, this is ${process.version}`)
		require('./dist/cjs/preload/index.js').start()
	} catch (error) {
		process.emitWarning(
			`trace events are not recorded: ${error instanceof Error ? error.message : String(error)}`,
			'TraceRecordWarning',
		)
	}
}
