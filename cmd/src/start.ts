// The entry. If nothing has changed, a plain `gen` takes less time than loading the descriptions of all commands, and
// hooks and watchers run it again and again. So it bypasses them. main.ts parses everything else, including invalid
// usage.
import { exit, report } from './exit.js'
import type { GenFlags } from './gen.js'

const flags: ReadonlySet<string> = new Set<keyof GenFlags>(['check', 'fix', 'json', 'quiet'])

/** Paths and flags of `gen`, if all of its arguments are simple. */
function plainGen([command, ...args]: readonly string[]): { paths: string[]; flags: GenFlags } | null {
	if (command !== 'gen') return null
	const given = args.filter(arg => arg.startsWith('-'))
	if (!given.every(arg => arg.startsWith('--') && flags.has(arg.slice(2)))) return null
	const paths = args.filter(arg => !arg.startsWith('-'))
	return {
		paths: paths.length === 0 ? ['.'] : paths,
		flags: Object.fromEntries(given.map(arg => [arg.slice(2), true])),
	}
}

try {
	const plain = plainGen(process.argv.slice(2))
	if (plain === null) await (await import('./main.js')).main()
	else exit(await (await import('./gen.js')).genCommand(plain.paths, plain.flags))
} catch (error) {
	exit(report(error))
}
