// Marks what is built as CommonJS: the package.json of the packages say "module", and tsc copies no other file.
import { writeFileSync } from 'node:fs'

for (const name of ['runtime', 'record', 'trace', 'exec'])
	writeFileSync(new URL(`../packages/${name}/dist/cjs/package.json`, import.meta.url), '{ "type": "commonjs" }\n')
