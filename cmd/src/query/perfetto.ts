// Perfetto's own trace processor, if the user has it: a program that reads a file with SQL and prints CSV.
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The names of the program, as downloaded and as packaged by distributions. */
const names = ['trace_processor_shell', 'trace_processor']
const processorVariable = 'TSGOTRACE_TRACE_PROCESSOR'

export const noProcessor: string = `Perfetto's trace processor was not found: put ${names.join(' or ')} on the PATH, or set ${processorVariable} to its path`

/** The path of the program; null if there is none. */
export function findProcessor(env: NodeJS.ProcessEnv): string | null {
	const named = env[processorVariable]
	if (named !== undefined && named !== '') return isProgram(named) ? named : null
	const directories = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
	for (const directory of directories)
		for (const name of names) {
			const path = join(directory, name)
			if (isProgram(path)) return path
		}
	return null
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK)
		return statSync(path).isFile()
	} catch {
		return false
	}
}

/** What a run of the program printed, and whether it succeeded. */
export interface ProcessorRun {
	readonly ok: boolean
	readonly csv: string
	readonly messages: string
}

/** @throws if the program cannot be started */
export async function askProcessor(program: string, trace: string, sql: string): Promise<ProcessorRun> {
	const directory = mkdtempSync(join(tmpdir(), 'tsgotrace-query-'))
	try {
		const file = join(directory, 'query.sql')
		writeFileSync(file, sql)
		const child = spawn(program, ['-q', file, trace], { stdio: ['ignore', 'pipe', 'pipe'] })
		const texts = { stdout: '', stderr: '' }
		for (const name of ['stdout', 'stderr'] as const)
			child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text))
		const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
		return { ok: code === 0, csv: texts.stdout, messages: texts.stderr }
	} finally {
		rmSync(directory, { recursive: true, force: true })
	}
}

/** The tables of the program's CSV: a blank line separates those of several statements. */
export function parseCsv(csv: string): string[][][] {
	const tables: string[][][] = []
	let row: string[] = []
	let rows: string[][] = []
	const endRow = (): void => {
		if (row.length === 1 && row[0] === '') {
			if (rows.length > 0) tables.push(rows)
			rows = []
		} else if (row.length > 0) rows.push(row)
		row = []
	}
	for (const { 1: quoted, 2: bare, 3: end } of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		row.push(quoted?.replaceAll('""', '"') ?? bare ?? '')
		if (end !== ',') endRow()
	}
	if (rows.length > 0) tables.push(rows)
	return tables
}
