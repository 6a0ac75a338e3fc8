import { LiveError, LiveProcess, nodeProcesses, topProcess } from '@tsgotrace/live'
import { type AwaitTree, treeText } from '@tsgotrace/tree'
import { CommandError } from '../exit.js'
import { treeOfFile } from '../tree/file.js'
import { liveTree } from '../tree/live.js'
import type { TraceDirectory } from './room.js'
import { type Parameter, pageOf, paging, type Tool, ToolError } from './tool.js'

const pid: Parameter = {
	type: 'integer',
	description: 'the id of a process, as list_processes has it',
	minimum: 1,
	maximum: 2 ** 31,
}
/** Trees that are kept for more questions. */
const maxTrees = 8
const width = 120

/** Questions about processes that run, and about what they wait for. */
export function liveTools(room: TraceDirectory): Tool[] {
	const trees = new Map<string, AwaitTree>()
	let last = 0
	const keep = (tree: AwaitTree): string => {
		const id = `tree-${++last}`
		trees.set(id, tree)
		if (trees.size > maxTrees) trees.delete(trees.keys().next().value!)
		return id
	}
	return [
		{
			name: 'list_processes',
			description: 'List the Node processes of this user: pid, version, command, and how each can be looked into.',
			parameters: paging,
			call: async args => {
				const all = await nodeProcesses()
				const short = all.map(({ pid: id, node, command, threads, isBusy, refusal }) => ({
					pid: id,
					node,
					command: command.slice(0, 200),
					how:
						threads.length > 0
							? 'control socket'
							: isBusy
								? 'control socket, busy'
								: refusal === null
									? 'attach'
									: 'no',
					...(threads.length > 0 && { events: Math.max(...threads.map(({ events }) => events ?? 0)) }),
					...(threads.length === 0 && refusal !== null && { refusal }),
				}))
				return pageOf(short, args)
			},
		},
		{
			name: 'top',
			description:
				'Rates and durations of the events, slices and tasks of a running process, counted in it for some time. The most frequent first.',
			parameters: {
				pid: { ...pid, required: true },
				seconds: { type: 'number', description: 'how long to count (default 1)', minimum: 0.1, maximum: 30 },
				...paging,
			},
			call: async args => {
				const ms = Number(args['seconds'] ?? 1) * 1000
				return withErrors(async () => {
					const live = await LiveProcess.open(Number(args['pid']))
					try {
						let rows: readonly object[] = []
						await topProcess(live, { every: ms, ms, onTable: lines => (rows = lines) })
						return pageOf(rows, args)
					} finally {
						await live.close()
					}
				})
			},
		},
		{
			name: 'tree',
			description:
				'What a process waits for: its suspended async functions, equal chains as one with their number, and who could resume each. Of a running process a heap snapshot is taken, which stops it for a second for each 8 MB of its heap; it is refused where that would take longer than 5 seconds. Also of a heap snapshot file. Answers short lines; tree_chain has a whole chain.',
			parameters: {
				pid,
				snapshot: { type: 'string', description: 'the id of a heap snapshot, as list_traces has it' },
				...paging,
			},
			call: async args => {
				const { pid: process, snapshot } = args
				if ((process === undefined) === (snapshot === undefined))
					throw new ToolError("tree needs either 'pid' or 'snapshot'")
				const tree = await withErrors(async () =>
					snapshot === undefined ? liveTree(Number(process), {}) : treeOfFile(room.path(String(snapshot)), {}),
				)
				const chains = tree.groups.map((group, chain) => {
					const lines = linesOf(tree, chain)
					return { chain, count: group.count, first: lines[0]!, ...(lines.length > 1 && { last: lines.at(-1)! }) }
				})
				const { deadlocks, warnings } = tree
				return { tree: keep(tree), warnings, possibleDeadlocks: deadlocks.length, ...pageOf(chains, args) }
			},
		},
		{
			name: 'tree_chain',
			description: 'One chain of a tree: each suspended function with file and line, and what it waits for.',
			parameters: {
				tree: { type: 'string', description: 'the id of a tree, as tree has answered it', required: true },
				chain: { type: 'integer', description: 'the number of the chain', required: true, minimum: 0, maximum: 1e6 },
			},
			call: async args => {
				const tree = trees.get(String(args['tree']))
				if (tree === undefined)
					throw new ToolError(`there is no tree '${args['tree']}' any more; ask for one with tree`)
				if (Number(args['chain']) >= tree.groups.length)
					throw new ToolError(`there is no chain ${args['chain']}: the tree has ${tree.groups.length}, from 0 on`)
				return Promise.resolve({ lines: linesOf(tree, Number(args['chain'])) })
			},
		},
	]
}

/** A chain as text. */
function linesOf(tree: AwaitTree, chain: number): string[] {
	const one = { ...tree, groups: [tree.groups[chain]!], deadlocks: [], warnings: [] }
	return treeText(one, { width })
		.split('\n')
		.slice(1)
		.filter(line => line !== '')
}

/** What a person would read as an error of the command is one for an agent too. */
async function withErrors<T>(use: () => Promise<T>): Promise<T> {
	try {
		return await use()
	} catch (error) {
		if (error instanceof LiveError || error instanceof CommandError) throw new ToolError(error.message)
		throw error
	}
}
