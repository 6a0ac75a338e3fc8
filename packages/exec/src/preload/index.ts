// Loaded into each thread before the program: a recorder that loads later finds the events of this package, as if the
// program had imported it.
import workers from 'node:worker_threads'
import { setSampling } from '../admission/admit.js'
import { configureTasks } from '../auto/options.js'
import { type ExecOptions, levelVariable, optionsVariable, taskSources } from '../level.js'
import type * as Keep from '../sampling/keep.js'
import { whyNoStates } from '../states/support.js'
import { stackOverflowEnds } from '../versions.js'

/** Register the events. Their producers are installed once a recorder attaches. */
export function start(): void {
	// The thread of module hooks. Node 20 does not say which thread it is.
	if ((workers as { isInternalThread?: boolean }).isInternalThread === true) return
	require('../thread/index.js')
	require('../cpu/index.js')
	if (stackOverflowEnds(process.versions.node, 'storage')) {
		// Only once, although every worker and child process runs this.
		if (!workers.isMainThread || process.env[warnedVariable] !== undefined) return
		process.env[warnedVariable] = '1'
		process.emitWarning(
			`tasks are not recorded: on Node ${process.versions.node} following them can turn a stack overflow that the program catches into the end of the process (CVE-2025-59466)`,
			{ type: 'TraceRecordWarning', detail: '  hint: use Node 20.20, 22.22, 24 or newer' },
		)
		return
	}
	require('../auto/index.js')
	require('../jobs/index.js')
	require('../remote/index.js')
	require('../sampling/index.js')
	require('../states/index.js')
	require('../stalls/index.js')
	configure(process.env[optionsVariable])
}

/** As the command line says. */
function configure(text: string | undefined): void {
	if (text === undefined || text === '') return
	const { sampleTasks, budget, tasksOf = taskSources } = JSON.parse(text) as ExecOptions
	// Not where events are chosen by name.
	if (process.env[levelVariable] !== '')
		configureTasks(Object.fromEntries(taskSources.map(source => [source, tasksOf.includes(source)])))
	if (sampleTasks !== undefined) setSampling(sampleTasks, 'record')
	if (budget === undefined) return
	// It has an event, which is not registered where there are no tasks.
	const { keepBudget } = require('../sampling/keep.js') as typeof Keep
	keepBudget(budget, process.env[levelVariable] !== 'tasks' && whyNoStates() === null)
}

/** In the environment, which child processes inherit. */
const warnedVariable = 'TSGOTRACE_EXEC_WARNED'
