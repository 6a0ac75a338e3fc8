// Which versions of Node can follow the states of tasks, and at what cost.
import { createHook } from 'node:async_hooks'
import { stackOverflowEnds } from '../versions.js'
import { stateOptions } from './options.js'

/**
 * Whether this Node can hook into callbacks of the loop without hooking into every promise, which takes many times as
 * long.
 */
export function canHookCheaply(): boolean {
	try {
		createHook({ trackPromises: 'no boolean' } as object)
		return false
	} catch {
		// It supports the option.
		return true
	}
}

/** Why the states of tasks cannot be followed here, as a sentence for the user; null if they can. */
export function whyNoStates(
	version: string = process.versions.node,
	isCheap: boolean = canHookCheaply(),
): string | null {
	if (stackOverflowEnds(version, 'hooks') && !stateOptions().allowUnsafe)
		return `The states of tasks are not followed on Node ${version}: there, a hook turns a stack overflow into the end of the program (CVE-2025-59466). Use a newer release, or configureStates({ allowUnsafe: true }).`
	if (!isCheap)
		return `The states of tasks are not followed on Node ${version}: its hooks make every promise slower. Use a recent release of Node 24, or Node 26; tasks, regions and logs work on all versions.`
	return null
}
