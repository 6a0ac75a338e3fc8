// All formats, for tools that offer them. The code of a format is loaded when it is used.
import type { Conversion, ConversionOptions } from '../conversion.js'
import { type GoVersion, goVersions } from './go/version.js'

/** An option of a format, as on the command line. */
export interface FormatOption {
	/** `--lanes <kind>` or `--logs`. */
	readonly flags: string
	readonly help: string
	readonly choices?: readonly string[]
}

/** The chosen values of all options, by their names, such as `lanes`. */
export interface FormatOptions extends ConversionOptions {
	/** Called at once for a problem that is being retried. */
	readonly warn?: (text: string) => void
	/** The receiver to send to, for formats that can be sent. */
	readonly url?: string
	/** Whether to write a file even if the format can be sent. */
	readonly toFile?: boolean
	readonly [option: string]: unknown
}

/** A format that traces can be converted to. */
export interface Format {
	readonly name: string
	/** The tools that it is for. */
	readonly help: string
	/** The extension of its files, with the dot. */
	readonly extension: string
	/** Whether it is text. */
	readonly isText: boolean
	/** Whether it is sent to a receiver, unless a file is requested. */
	readonly isSent?: boolean
	readonly options?: readonly FormatOption[]
	/** @throws MissingPackageError if a package that it needs is not installed */
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
		load: async ({ lanes, ...rest }) =>
			(await import('./chrome.js')).chrome({ ...rest, ...(lanes === 'async' && { lanes }) }),
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
		load: async ({ go, ...rest }) =>
			(await import('./go/index.js')).goTrace({ ...rest, ...(go !== undefined && { go: go as GoVersion }) }),
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
	{
		name: 'csv',
		help: 'a table of events',
		extension: '.csv',
		isText: true,
		load: async () => (await import('./csv.js')).csv(),
	},
	{
		name: 'jsonl',
		help: 'JSON lines',
		extension: '.jsonl',
		isText: true,
		load: async () => (await import('./line.js')).jsonl(),
	},
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
