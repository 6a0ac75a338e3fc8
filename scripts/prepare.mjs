// Points git at .githooks. Outside a git checkout (a tarball) and in CI there is nothing to do, and it must not fail.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (!process.env.CI && existsSync('.git')) {
	try {
		execFileSync('git', ['config', 'core.hooksPath', '.githooks'])
	} catch (err) {
		console.warn(`git hooks not set up: ${err.message}`)
	}
}
