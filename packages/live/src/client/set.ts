import type { SetAnswer, SetRequest, TasksAnswer } from '../protocol/messages.js'
import { LiveError } from './errors.js'
import type { LiveProcess, LiveThread } from './target.js'

/** What {@link setTasks} changes. What is absent stays as it is. */
export type TaskChanges = Omit<SetRequest, 'verb'>

/** How tasks of a thread are sampled. */
export interface ThreadSettings extends SetAnswer {
	readonly thread: number
}

/**
 * Change how the tasks of `@tsgotrace/exec` are sampled, in all threads, and those that begin while `process` is open.
 * At the end of the session it is undone, unless `keep` is true.
 *
 * @returns what was and what is now; without changes both are the same
 * @throws {LiveError} if no thread has tasks, for an invalid rule, or if the process does not let clients change
 * anything
 */
export async function setTasks(process: LiveProcess, changes: TaskChanges): Promise<ThreadSettings[]> {
	const request: SetRequest = { verb: 'set', ...changes }
	const answers = await answersOf<SetAnswer>(process, request)
	process.onThread(({ connection }) => void connection.request(request).catch(() => {}))
	return answers.map(({ thread, answer }) => ({ thread: thread.about.thread, ...answer }))
}

/** The tasks of each thread that have not ended. @throws {LiveError} if no thread has `@tsgotrace/exec` */
export async function tasksOf(process: LiveProcess): Promise<readonly (TasksAnswer & { readonly thread: number })[]> {
	const answers = await answersOf<TasksAnswer>(process, { verb: 'tasks' })
	return answers.map(({ thread, answer }) => ({ thread: thread.about.thread, ...answer }))
}

/** The answers of the threads that have one. @throws why the main thread has none, if none has */
async function answersOf<T>(
	{ threads }: LiveProcess,
	request: SetRequest | { readonly verb: 'tasks' },
): Promise<{ readonly thread: LiveThread; readonly answer: T }[]> {
	const answers = await Promise.allSettled(threads.map(async ({ connection }) => connection.request(request)))
	const found = answers.flatMap((answer, i) =>
		answer.status === 'fulfilled' ? [{ thread: threads[i]!, answer: answer.value as T }] : [],
	)
	const [first] = answers
	if (found.length === 0)
		throw first?.status === 'rejected' ? first.reason : new LiveError('closed', 'the process has ended')
	return found
}
