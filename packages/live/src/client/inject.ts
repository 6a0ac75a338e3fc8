import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
	environmentOf,
	type InspectorError,
	type OpenInspector,
	Patience,
	rootOf,
	workersOf,
} from '@tsgotrace/tree/attach'
import { AgentConnection } from './connection.js'
import { LiveError } from './errors.js'

type InspectorProtocol = OpenInspector['protocol']

/** How long a thread has to connect to us, in milliseconds: one in a busy loop never does. See {@link Patience}. */
const connectWithin = 3000

/**
 * Executed in each thread, with the path of our socket; and by the agent in workers that begin later. What it is given
 * has no imports: its parts of Node come from here.
 *
 * @param before code that is executed before the agent
 */
function expressionFor(path: string, before: InjectedCode | undefined): string {
	const code = readFileSync(new URL('../../dist/agent.cjs', import.meta.url), 'utf8')
	const executed = (text: string): string => `(function (module, exports, require) {
${text}
	})(module, module.exports, name => process.getBuiltinModule(name))`
	return `(function join() {
	if (typeof process.getBuiltinModule !== 'function') throw new Error('it needs Node 20.19 or newer, this is ' + process.version)
	let module = { exports: {} }
	${before === undefined ? '' : `if (${before.unless} !== true) ${executed(before.code)}`}
	module = { exports: {} }
	;${executed(code)}
	return module.exports.connect(${ascii(JSON.stringify(path))}, '(' + join + ')()')
})()`
}

/** Code that is executed in each thread of a process that was not prepared. It stays there. */
export interface InjectedCode {
	/** A CommonJS module that requires nothing but parts of Node, in ASCII. */
	readonly code: string
	/** An expression: true where the code has been executed already. */
	readonly unless: string
}

/** A worker of Node 20 takes no other characters in a long message. */
function ascii(json: string): string {
	return json.replace(/[^\x20-\x7e]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Where threads of a process connect to us. */
export interface Meeting {
	/** Those that were there. The ones of workers that could not be reached are left out. */
	readonly connections: readonly AgentConnection[]
	/** Call `joined` for each thread that connects from now on: of a worker that has begun. */
	onJoin(joined: (connection: AgentConnection) => void): void
	/** Let no more threads connect, and remove the socket. */
	close(): void
}

/**
 * Let each thread of a process connect to us, by executing the agent there. Nothing of that is left behind when the
 * connections have ended.
 *
 * @throws {LiveError} with the reason
 */
export async function injectInto(inspector: OpenInspector, pid: number, before?: InjectedCode): Promise<Meeting> {
	const { dir, theirs } = meetingPlace(pid)
	const connections: AgentConnection[] = []
	let joined: (connection: AgentConnection) => void = connection => connections.push(connection)
	const server = createServer(socket => joined(new AgentConnection(socket)))
	const close = (): void => {
		server.close()
		rmSync(dir, { recursive: true, force: true })
	}
	try {
		await listen(server, join(dir, 'socket'))
		const expression = expressionFor(join(theirs, 'socket'), before)
		const workers = await workersOf(inspector.protocol)
		const threads = await Promise.all(
			[inspector.protocol, ...workers].map(async thread =>
				evaluate(thread, expression, new Patience(pid, connectWithin)),
			),
		)
		const [main] = threads
		if (main !== null) throw new LiveError('failed', `the process did not connect: ${main}`)
		const wanted = threads.filter(why => why === null).length
		// Each has connected, and is about to be accepted.
		while (connections.length < wanted) await new Promise<void>(resolve => server.once('connection', () => resolve()))
		await Promise.all(connections.map(async connection => connection.about))
		return { connections, close, onJoin: listener => (joined = listener) }
	} catch (error) {
		close()
		for (const connection of connections) await connection.close()
		throw error
	}
}

/**
 * A directory that is ours alone, and that the process can look into.
 *
 * @returns its path here and there, which differ if the process has other files
 * @throws {LiveError}
 */
function meetingPlace(pid: number): { readonly dir: string; readonly theirs: string } {
	const root = rootOf(pid)
	if (root === '') {
		const dir = mkdtempSync(join(tmpdir(), prefix))
		return { dir, theirs: dir }
	}
	let reason = ''
	for (const folder of [environmentOf(pid)['TMPDIR'] ?? '/tmp', '/tmp', '/var/tmp', '/dev/shm']) {
		try {
			const dir = mkdtempSync(join(root, folder, prefix))
			return { dir, theirs: dir.slice(root.length) }
		} catch (error) {
			reason = (error as Error).message
		}
	}
	throw new LiveError(
		'failed',
		`process ${pid} has the files of a container, and no directory for a socket can be made there: ${reason}`,
	)
}

const prefix = 'tsgotrace-live-'

async function listen(server: Server, path: string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject)
		// In a directory that is ours alone.
		server.listen({ path, exclusive: true }, resolve)
	})
	chmodSync(path, 0o600)
}

/** @returns null when the thread has connected; otherwise why it has not */
async function evaluate(thread: InspectorProtocol, expression: string, patience: Patience): Promise<string | null> {
	const answer = await patience.within(evaluated(thread, expression), 'late' as const)
	return answer === 'late' ? `its event loop was busy for ${patience.seconds} s` : answer
}

async function evaluated(thread: InspectorProtocol, expression: string): Promise<string | null> {
	try {
		const { exceptionDetails } = await thread.post('Runtime.evaluate', {
			expression,
			awaitPromise: true,
			returnByValue: true,
		})
		return exceptionDetails === undefined ? null : messageOf(exceptionDetails)
	} catch (error) {
		return (error as InspectorError).message
	}
}

function messageOf(details: unknown): string {
	const { text, exception } = details as { text?: string; exception?: { description?: string } }
	return (exception?.description ?? text ?? 'it failed').split('\n')[0]!.replace(/^\w*Error: /, '')
}
