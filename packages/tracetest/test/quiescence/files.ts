import fs from 'node:fs'
import fsp from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { type Defer, type ListenedEvent, sources } from './source.js'

const own = import.meta.filename

/** A directory that is removed afterwards. */
function directory(defer: Defer): string {
	const path = fs.mkdtempSync(join(tmpdir(), 'tsgotrace-quiescence-'))
	defer(() => fs.rmSync(path, { recursive: true }))
	return path
}

/** A file of some megabytes. */
function large(defer: Defer): string {
	const path = join(directory(defer), 'large')
	fs.writeFileSync(path, Buffer.alloc(3_000_000, 'line\n'))
	return path
}

export const fileSources: readonly ListenedEvent[] = [
	...sources({
		'fs.stat': signal => fs.stat(own, signal),
		'fs.readFile': (signal, defer) => fs.readFile(large(defer), signal),
		'fs.access of nothing': signal => fs.access('/nothing/here', signal),
		'fs.readdir, recursive': signal => fs.readdir(join(own, '..'), { recursive: true }, signal),
		'fs/promises readFile': async signal => {
			await fsp.readFile(own)
			signal()
		},
		'fs/promises readFile of a large file': async (signal, defer) => {
			await fsp.readFile(large(defer))
			signal()
		},
		'fs/promises writeFile, appendFile, cp, rename': async (signal, defer) => {
			const path = directory(defer)
			await fsp.writeFile(join(path, 'a'), 'a')
			await fsp.appendFile(join(path, 'a'), 'b')
			await fsp.cp(join(path, 'a'), join(path, 'b'))
			await fsp.rename(join(path, 'b'), join(path, 'c'))
			signal()
		},
		'fs/promises opendir': async signal => {
			for await (const _ of await fsp.opendir(join(own, '..')));
			signal()
		},
		'FileHandle read and close': async signal => {
			const handle = await fsp.open(own)
			await handle.read(Buffer.alloc(10), 0, 10, 0)
			await handle.close()
			signal()
		},
		'FileHandle readLines': async signal => {
			const handle = await fsp.open(own)
			for await (const _ of handle.readLines());
			signal()
		},
		'FileHandle readableWebStream': async signal => {
			const handle = await fsp.open(own)
			const reader = handle.readableWebStream().getReader() as ReadableStreamDefaultReader<unknown>
			while (!(await reader.read()).done);
			await handle.close()
			signal()
		},
		createReadStream: (signal, defer) => fs.createReadStream(large(defer)).on('close', signal).resume(),
		createWriteStream: (signal, defer) => {
			const stream = fs.createWriteStream(join(directory(defer), 'written'))
			stream.on('close', signal)
			for (let i = 0; i < 10; i++) stream.write('x'.repeat(100_000))
			stream.end()
		},
		'pipeline of files': async (signal, defer) => {
			const path = large(defer)
			await pipeline(fs.createReadStream(path), fs.createWriteStream(`${path}.copy`))
			signal()
		},
		'readline over a file': async signal => {
			for await (const _ of createInterface({ input: fs.createReadStream(own) }));
			signal()
		},
		'fs.openAsBlob': async (signal, defer) => {
			const blob = await fs.openAsBlob(large(defer))
			await blob.arrayBuffer()
			signal()
		},
		'fs.watch': (signal, defer) => {
			const path = directory(defer)
			const watcher = fs.watch(path, () => {
				watcher.close()
				signal()
			})
			setTimeout(() => fs.writeFileSync(join(path, 'new'), ''), 20)
		},
		'fs/promises watch': async (signal, defer) => {
			const path = directory(defer)
			setTimeout(() => fs.writeFileSync(join(path, 'new'), ''), 20)
			for await (const _ of fsp.watch(path)) break
			signal()
		},
		'fs.watchFile': (signal, defer) => {
			const path = join(directory(defer), 'watched')
			fs.writeFileSync(path, '1')
			const listener = (): void => {
				fs.unwatchFile(path, listener)
				signal()
			}
			fs.watchFile(path, { interval: 5 }, listener)
			// A change before the watcher's own first look is none. That look was requested before all of these.
			const write = (looks: number): void =>
				looks === 0 ? fs.writeFileSync(path, '22') : fs.stat(path, () => write(looks - 1))
			setTimeout(write, 15, 20)
		},
	}),
	{
		name: 'fs.glob',
		without: 'glob' in fs ? undefined : 'Node has it since version 22',
		start: signal =>
			(fs as unknown as { glob: (pattern: string, callback: () => void) => void }).glob(`${join(own, '..')}/*`, signal),
	},
	{
		name: 'fs.watch that stays',
		stays: /FSEVENT/,
		start: (signal, _, atLast) => {
			const path = directory(atLast)
			const watcher = fs.watch(path, { persistent: false }, () => {})
			atLast(() => watcher.close())
			fs.stat(path, signal)
		},
	},
]
