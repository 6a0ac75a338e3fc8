// Marks the runtime's second build as CommonJS: its package.json says "module", and tsc copies no other file.
import { writeFileSync } from 'node:fs'

writeFileSync(new URL('../packages/runtime/dist/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n')
