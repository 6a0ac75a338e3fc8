// Builds dist/agent.cjs: what is executed in a process that was not prepared, in one text without imports. Part of
// `npm run build`.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

const { outputFiles } = await build({
	entryPoints: [`${root}src/agent/injected.ts`],
	bundle: true,
	write: false,
	// Names are kept: its functions are in the stacks of the process.
	minifyWhitespace: true,
	format: 'cjs',
	platform: 'node',
	target: 'node20',
	// Workers of Node 20 take no other characters in a long message.
	charset: 'ascii',
	legalComments: 'none',
	conditions: ['@tsgotrace/source'],
	tsconfigRaw: '{}',
})
writeFileSync(`${root}dist/agent.cjs`, outputFiles[0].text)
