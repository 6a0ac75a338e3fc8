'use strict'
// What `node --require` loads for `tsgotrace record --exec`, before the recorder and the program. Plain CommonJS, because no error here may end the program.
const loaded = Symbol.for('tsgotrace.preload.exec')
const [major, minor] = process.versions.node.split('.').map(Number)

if (!globalThis[loaded]) {
	Object.defineProperty(globalThis, loaded, { value: true })
	try {
		if (major < 20 || (major === 20 && minor < 19))
			throw new Error(`it needs Node 20.19 or newer, this is ${process.version}`)
		require('./dist/cjs/preload/index.js').start()
	} catch (error) {
		process.emitWarning(
			`the execution is not recorded: ${error instanceof Error ? error.message : String(error)}`,
			'TraceRecordWarning',
		)
	}
}
