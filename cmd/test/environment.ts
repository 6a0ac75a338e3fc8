/**
 * The environment of programs that tests start: colours and flags as if they were unset, whatever the environment of
 * the tests says.
 */
export function plainEnvironment(): NodeJS.ProcessEnv {
	const { FORCE_COLOR: _, NO_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env
	return env
}
