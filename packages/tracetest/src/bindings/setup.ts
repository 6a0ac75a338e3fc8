// A setup file of vitest, which the plugin adds: it runs in each process or thread of tests, before their files load.
import { afterAll } from 'vitest'
import './await.js'
import { points } from '../platform/awaits.js'
import { matcher } from './globs.js'
import { rewriteRequired } from './require.js'
import { key } from './summary.js'

const found = points()
if (found !== undefined) {
	rewriteRequired(matcher(found.globs))
	// The reporter, in the process of vitest, adds up what each test file has loaded.
	// eslint-disable-next-line no-empty-pattern -- vitest reads which fixtures the first parameter names
	afterAll(({}, suite) => {
		Reflect.set(suite.file.meta, key, [...found.files])
	})
}
