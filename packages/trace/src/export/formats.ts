// All formats, for tools that offer them. What a format needs is loaded with it.
import type { Conversion, ConversionOptions } from '../conversion.js'
import { type GoVersion, goVersions } from './go/version.js'

/** An option of one format, as a command line has it. */
export interface FormatOption {
	/** `--lanes <kind>` or `--logs`. */
	readonly flags: string
	readonly help: string
	readonly choices?: readonly string[]
}

/** What is chosen of all that formats offer. Options by their names, such as `lanes`. */
export interface FormatOptions extends ConversionOptions {
	/** Called at once with what goes wrong but is tried again. */
	readonly warn?: (text: string) => void
	/** The receiver to send to, for formats that can be sent. */
	readonly url?: string
	/** Whether to make a file even so. */
	readonly toFile?: boolean
	readonly [option: string]: unknown
}

/** A format that traces can be converted to. */
export interface Format {
	readonly name: string
	/** What it is for. */
	readonly help: string
	/** Of a file, with the dot. */
	readonly extension: string
	/** Whether people can read it. */
	readonly isText: boolean
	/** Whether it goes to a receiver, if no file is asked for. */
	readonly isSent?: boolean
	readonly options?: readonly FormatOption[]
	/** @throws MissingPackageError if a package is not installed that it needs */
	load(options: FormatOptions): Promise<Conversion>
}

export const formats: readonly Format[] = [
	{
		name: 'chrome',
		help: 'Perfetto, DevTools, speedscope',
		extension: '.json',
		isText: true,
		options: [
			{
				flags: '--lanes <kind>',
				help: 'show overlapping slices on separate threads (the default), or as asynchronous events',
				choices: ['threads', 'async'],
			},
		],
		load: async ({ lanes, ...rest }) => (await import('./chrome.js')).chrome({ ...rest, ...(lanes === 'async' && { lanes }) }),
	},
	{
		name: 'pprof',
		help: 'go tool pprof',
		extension: '.pb.gz',
		isText: false,
		load: async options => (await import('./pprof.js')).pprof(options),
	},
	{
		name: 'go',
		help: 'go tool trace, gotraceui',
		extension: '.trace',
		isText: false,
		options: [{ flags: '--go <version>', help: 'the oldest Go that can read it (default: 1.23)', choices: goVersions }],
		load: async ({ go, ...rest }) => (await import('./go/index.js')).goTrace({ ...rest, ...(go !== undefined && { go: go as GoVersion }) }),
	},
	{
		name: 'otlp',
		help: 'OpenTelemetry',
		extension: '.jsonl',
		isText: true,
		isSent: true,
		options: [{ flags: '--logs', help: 'events that are not slices become log records instead of span events' }],
		load: async ({ toFile, logs, ...rest }) => {
			const { otlpLines, otlpSend } = await import('./otlp.js')
			const events = logs === true ? 'logs' : 'spans'
			return toFile ? otlpLines({ events }) : otlpSend({ ...rest, events })
		},
	},
	{
		name: 'zipkin',
		help: 'Zipkin',
		extension: '.json',
		isText: true,
		isSent: true,
		load: async ({ toFile, url, ...rest }) => {
			const { zipkinJson, zipkinSend } = await import('./zipkin.js')
			return toFile ? zipkinJson() : zipkinSend(url, rest)
		},
	},
	{ name: 'csv', help: 'a table of events', extension: '.csv', isText: true, load: async () => (await import('./csv.js')).csv() },
	{ name: 'jsonl', help: 'JSON lines', extension: '.jsonl', isText: true, load: async () => (await import('./line.js')).jsonl() },
	{
		name: 'md',
		help: 'a Markdown table of slices',
		extension: '.md',
		isText: true,
		load: async options => (await import('./markdown.js')).markdown(options),
	},
	{
		name: 'speedscope',
		help: 'speedscope',
		extension: '.speedscope.json',
		isText: true,
		load: async options => (await import('./speedscope.js')).speedscope(options),
	},
]
