import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { liveTools } from './livetools.js'
import type { TraceDirectory } from './room.js'
import { checked, schemaOf, type Tool, ToolError } from './tool.js'
import { traceTools } from './tracetools.js'

const instructions = `Answers questions about traces of programs and about running Node processes. It changes nothing and executes no code.
Begin with list_traces or list_processes. For a trace: findings, then finding for evidence, critical_path for one slow task, print for single events, diff for two traces.
For a process that hangs: tree, then tree_chain. Each finding has a level: only "proved" and "measured" are certain; "suspected" needs a look.
Answers are short: lists have "total" and "next", the offset of the next page.`

/** Answer over standard input and output until the client ends it. */
export async function serveMcp(room: TraceDirectory, version: string): Promise<void> {
	const tools = new Map([...traceTools(room), ...liveTools(room)].map(tool => [tool.name, tool]))
	const server = new Server({ name: 'tsgotrace', version }, { capabilities: { tools: {} }, instructions })
	server.setRequestHandler(ListToolsRequestSchema, () => ({
		tools: [...tools.values()].map(tool => ({
			name: tool.name,
			description: tool.description,
			inputSchema: schemaOf(tool),
			annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
		})),
	}))
	server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
		const tool = tools.get(params.name)
		if (tool === undefined)
			return failed(`there is no tool '${params.name}'; there are ${[...tools.keys()].join(', ')}`)
		return answered(tool, params.arguments ?? {})
	})
	const ended = new Promise<void>(resolve => (server.onclose = resolve))
	// The transport does not look at the end of its input.
	process.stdin.once('end', () => void server.close())
	await server.connect(new StdioServerTransport())
	await ended
}

async function answered(tool: Tool, given: Readonly<Record<string, unknown>>): Promise<CallToolResult> {
	try {
		const answer = await tool.call(checked(tool, given))
		return { content: [{ type: 'text', text: JSON.stringify(answer) }] }
	} catch (error) {
		if (error instanceof ToolError) return failed(error.message)
		return failed(`${tool.name} failed: ${error instanceof Error ? error.message : String(error)}`)
	}
}

function failed(text: string): CallToolResult {
	return { isError: true, content: [{ type: 'text', text }] }
}
