import { type ExecLevel, injectedExec } from '@tsgotrace/exec/launch'
import { type LiveProcess, type OpenOptions, setTasks } from '@tsgotrace/live'
import { CommandError } from '../exit.js'
import { execLevel, execOptions, type RecordFlags } from '../recordflags.js'

/** What `--exec` needs in a process that runs. */
interface LiveExec {
	readonly inject: OpenOptions
	/**
	 * Before it is recorded.
	 * @returns the level that this Node can have; undefined without `--exec`
	 * @throws CommandError if it can have none
	 */
	readonly prepare: (live: LiveProcess) => Promise<ExecLevel | undefined>
}

/** @throws UsageError */
export function execOf(flags: RecordFlags): LiveExec {
	const level = execLevel(flags.exec)
	const options = execOptions(flags)
	if (level === undefined) return { inject: {}, prepare: async () => undefined }
	const prepare = async (live: LiveProcess): Promise<ExecLevel> => {
		const { about } = live.threads[0]!
		if (about.hasExec !== true)
			throw new CommandError(
				3,
				`process ${live.pid} has a control socket, and clients execute no code there: --exec needs @tsgotrace/exec in the program. Start it with --import @tsgotrace/exec, or import that`,
			)
		const { whyNoStates = null } = about
		if (whyNoStates !== null && (level === 'states' || level === 'all'))
			throw new CommandError(3, `--exec=${level}: ${whyNoStates}`)
		const possible = level !== 'auto' ? level : whyNoStates === null ? 'states' : 'tasks'
		if (Object.keys(options).length > 0) await setTasks(live, { ...options, states: possible !== 'tasks' })
		return possible
	}
	return { inject: { inject: injectedExec() }, prepare }
}
