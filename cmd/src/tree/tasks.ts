import { LiveError, LiveProcess, tasksOf } from '@tsgotrace/live'
import { type AwaitTree, placeTree, Sources, taskTree } from '@tsgotrace/tree'

/** The tree of a process from its tasks: null unless it has control sockets, and follows tasks. It does not stop. */
export async function treeOfTasks(pid: number): Promise<AwaitTree | null> {
	await using live = await LiveProcess.prepared(pid)
	if (live === null) return null
	try {
		const threads = (await tasksOf(live)).filter(({ isFollowing }) => isFollowing)
		if (threads.length === 0) return null
		const tasks = threads.flatMap(thread => thread.tasks)
		return placeTree(taskTree(tasks, live.threads[0]!.about.node), new Sources())
	} catch (error) {
		if (error instanceof LiveError) return null
		throw error
	}
}
