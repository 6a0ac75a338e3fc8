// What is published, as publint and "Are the types wrong?" see it. The command has no types to import.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

function check(tool, ...args) {
	if (spawnSync(`node_modules/.bin/${tool}`, args, { stdio: 'inherit' }).status !== 0) process.exitCode = 1
}

for (const folder of [...readdirSync('packages').map(name => `packages/${name}`), 'cmd']) {
	const { private: isPrivate, exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
	if (isPrivate === true) continue
	check('publint', folder)
	if (exports === undefined) continue
	// A package whose main entry can be required has types for that too.
	check('attw', '--pack', folder, ...(exports['.']?.require === undefined ? ['--profile', 'esm-only'] : []))
}
