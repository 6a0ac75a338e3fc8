// The main module as a task: from the moment that Node loads it until it has been evaluated, top-level awaits included.
import { currentSampling } from '../admission/admit.js'
import { textOfError } from '../tasks/errors.js'
import { enter, leave } from '../tasks/scope.js'
import { Task } from '../tasks/task.js'
import { storageIsOnPromises } from '../versions.js'
import { subscribeAll } from './channel.js'
import { autoOptions } from './options.js'

/** A module is required; the main module by nothing. */
interface Required {
	readonly parentFilename?: string | null
	readonly error?: unknown
}

/** A module is imported; the main module by nothing. */
interface ImportedModule {
	readonly parentURL?: string | null
	readonly error?: unknown
}

export function tasksOfMain(): () => void {
	// Chosen before the program begins, or never. All promises of a module would show it.
	if (!autoOptions().main || storageIsOnPromises(process.versions.node)) return () => {}
	let main: Task | null = null
	const begin = (): void => {
		if (main !== null) return
		const { text, isOff } = currentSampling()
		// Not one of those that a rule counts.
		main = new Task({ name: 'main', kind: 'main', parent: null, sampled: !isOff && text !== 'none' })
		enter(main)
	}
	const failed = (error: unknown): void => main?.end('threw', textOfError(error))
	const end = (): void => main?.end('returned')
	const isFirst = ({ parentFilename }: Required): boolean => parentFilename === undefined
	const isEntry = ({ parentURL }: ImportedModule): boolean => parentURL === undefined
	// A module that only Node's ESM loader can load is first required without success, or not at all.
	return subscribeAll({
		'tracing:module.require:start': (message: Required) => isFirst(message) && begin(),
		'tracing:module.require:error': (message: Required) => isFirst(message) && failed(message.error),
		'tracing:module.require:end': (message: Required) => {
			if (!isFirst(message) || main === null) return
			end()
			leave()
		},
		'tracing:module.import:start': (message: ImportedModule) => isEntry(message) && begin(),
		// What Node does next is not part of it; what the module does next is, by its context.
		'tracing:module.import:end': (message: ImportedModule) => isEntry(message) && main !== null && leave(),
		'tracing:module.import:error': (message: ImportedModule) => isEntry(message) && failed(message.error),
		'tracing:module.import:asyncEnd': (message: ImportedModule) => isEntry(message) && end(),
	})
}
