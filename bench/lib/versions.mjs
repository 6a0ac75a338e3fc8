// The versions of what is measured besides ours.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

const packages = {
	debug: require.resolve('debug'),
	tapable: require.resolve('tapable'),
	'@opentelemetry/api': require.resolve('@opentelemetry/api'),
	'@opentelemetry/instrumentation-http': require.resolve('@opentelemetry/instrumentation-http'),
	esbuild: require.resolve('esbuild'),
	'fast-check': require.resolve('fast-check'),
	typescript: require.resolve('typescript/package.json'),
	'chrome-trace-event': require.resolve('chrome-trace-event'),
	fastify: require.resolve('fastify'),
	pino: require.resolve('pino'),
	// As the recorder's tests have it.
	'@opentelemetry/sdk-trace': createRequire(new URL('../../packages/record/package.json', import.meta.url)).resolve(
		'@opentelemetry/sdk-trace',
	),
	'typescript-6': require.resolve('typescript-6/package.json'),
}

/** @param {string} path something in a package @returns {string} the root of the package */
function rootOf(path) {
	const dir = dirname(path)
	const described = join(dir, 'package.json')
	return existsSync(described) && 'version' in JSON.parse(readFileSync(described, 'utf8')) ? dir : rootOf(dir)
}

/** @param {keyof typeof packages} name */
export const folderOf = name => rootOf(packages[name])

/** @param {(keyof typeof packages)[]} names @returns {Record<string, string>} */
export const versionsOf = names =>
	Object.fromEntries(
		names.map(name => [name, JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')).version]),
	)
