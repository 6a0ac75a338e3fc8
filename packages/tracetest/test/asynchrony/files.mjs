import fs, { promises as fsp } from 'node:fs'
import { join } from 'node:path'

/** For each function of files its arguments, which a callback may follow. A fresh file and a fresh name for each. */
const calls = {
	access: ({ file }) => [file],
	appendFile: ({ file }) => [file, 'x'],
	chmod: ({ file }) => [file, 0o600],
	chown: ({ file }) => [file, process.getuid(), process.getgid()],
	copyFile: ({ file, fresh }) => [file, fresh],
	cp: ({ file, fresh }) => [file, fresh, {}],
	lchown: ({ file }) => [file, process.getuid(), process.getgid()],
	link: ({ file, fresh }) => [file, fresh],
	lstat: ({ file }) => [file],
	lutimes: ({ file }) => [file, 1, 1],
	mkdir: ({ fresh }) => [fresh],
	mkdtemp: ({ fresh }) => [fresh],
	readFile: ({ file }) => [file],
	readdir: ({ directory }) => [directory],
	readlink: ({ link }) => [link],
	realpath: ({ link }) => [link],
	rename: ({ file, fresh }) => [file, fresh],
	rm: ({ file }) => [file, {}],
	rmdir: ({ empty }) => [empty],
	stat: ({ file }) => [file],
	statfs: ({ file }) => [file],
	symlink: ({ file, fresh }) => [file, fresh],
	truncate: ({ file }) => [file, 1],
	unlink: ({ file }) => [file],
	utimes: ({ file }) => [file, 1, 1],
	writeFile: ({ fresh }) => [fresh, 'x'],
}
const descriptors = {
	fchmod: fd => [fd, 0o600],
	fchown: fd => [fd, process.getuid(), process.getgid()],
	fdatasync: fd => [fd],
	fstat: fd => [fd],
	fsync: fd => [fd],
	ftruncate: fd => [fd, 1],
	futimes: fd => [fd, 1, 1],
	read: fd => [fd, Buffer.alloc(2), 0, 2, 0],
	readv: fd => [fd, [Buffer.alloc(2)]],
	write: fd => [fd, 'x'],
	writev: fd => [fd, [Buffer.from('x')]],
}
const handles = {
	appendFile: ['x'],
	chmod: [0o600],
	chown: [process.getuid?.(), process.getgid?.()],
	datasync: [],
	sync: [],
	read: [{ buffer: Buffer.alloc(2) }],
	readv: [[Buffer.alloc(2)]],
	readFile: [],
	stat: [],
	truncate: [1],
	utimes: [1, 1],
	write: ['x'],
	writev: [[Buffer.from('x')]],
	writeFile: ['x'],
}

let number = 0

/** What operations work on. */
function files(home) {
	const path = kind => join(home, `${kind}${number++}`)
	const made = {
		file: path('file'),
		fresh: path('fresh'),
		link: path('link'),
		directory: path('directory'),
		empty: path('empty'),
	}
	fs.writeFileSync(made.file, 'content of a file\n'.repeat(100))
	fs.symlinkSync(made.file, made.link)
	for (const name of [made.directory, made.empty]) fs.mkdirSync(name)
	fs.writeFileSync(join(made.directory, 'one'), '1')
	return made
}

const callback = (fn, args) =>
	new Promise((resolve, reject) => fn(...args, error => (error instanceof Error ? reject(error) : resolve())))
const each = async items => {
	for await (const _ of items);
}

async function withHandle(home, use) {
	const handle = await fsp.open(files(home).file, 'r+')
	try {
		await use(handle)
	} finally {
		await handle.close().catch(() => {})
	}
}

export function fileOperations({ home }) {
	const operations = {}
	for (const [name, args] of Object.entries(calls)) {
		operations[`fs.${name}`] = () => callback(fs[name], args(files(home)))
		operations[`fs.promises.${name}`] = () => fsp[name](...args(files(home)))
	}
	for (const [name, args] of Object.entries(descriptors))
		operations[`fs.${name}`] = async () => {
			const fd = fs.openSync(files(home).file, 'r+')
			await callback(fs[name], args(fd))
			fs.closeSync(fd)
		}
	for (const [name, args] of Object.entries(handles))
		operations[`FileHandle#${name}`] = () => withHandle(home, handle => handle[name](...args))
	return {
		...operations,
		'fs.open fs.close': () =>
			new Promise((resolve, reject) =>
				fs.open(files(home).file, (error, fd) => (error ? reject(error) : fs.close(fd, resolve))),
			),
		'fs.exists': () => new Promise(resolve => fs.exists(files(home).file, resolve)),
		'fs.glob': () => callback(fs.glob, [join(files(home).directory, '*')]),
		'fs.promises.glob': () => each(fsp.glob(join(files(home).directory, '*'))),
		'fs.openAsBlob': async () => (await fs.openAsBlob(files(home).file)).text(),
		'fs.opendir': () =>
			new Promise((resolve, reject) =>
				fs.opendir(files(home).directory, (error, directory) =>
					error ? reject(error) : directory.read(() => directory.close(resolve)),
				),
			),
		'fs.Dir#read fs.Dir#close fs.Dir#[Symbol.asyncDispose]': async () => {
			const directory = await fsp.opendir(files(home).directory)
			await directory.read()
			await directory.close()
		},
		'fs.promises.opendir fs.Dir#entries': async () => each(await fsp.opendir(files(home).directory)),
		'fs.realpath.native': () => callback(fs.realpath.native, [files(home).link]),
		'fs.promises.open FileHandle#[Symbol.asyncDispose]': () =>
			withHandle(home, handle => handle[Symbol.asyncDispose]?.()),
		'fs.promises.mkdtempDisposable': async () => (await fsp.mkdtempDisposable(join(home, 'temporary'))).remove(),
		'FileHandle#readLines': () => withHandle(home, handle => each(handle.readLines())),
		'FileHandle#readableWebStream': () => withHandle(home, handle => each(handle.readableWebStream())),
		'FileHandle#createReadStream': () => withHandle(home, handle => each(handle.createReadStream())),
		'FileHandle#createWriteStream': () =>
			withHandle(home, handle => new Promise(resolve => handle.createWriteStream().end('x', resolve))),
		'fs.createReadStream fs.ReadStream#open fs.ReadStream#close': () => each(fs.createReadStream(files(home).file)),
		'fs.createWriteStream fs.WriteStream#open fs.WriteStream#close fs.WriteStream#destroySoon': () =>
			new Promise(resolve => fs.createWriteStream(files(home).fresh).on('close', resolve).end('x')),
		'fs.Utf8Stream fs.Utf8Stream#write fs.Utf8Stream#end fs.Utf8Stream#flush fs.Utf8Stream#reopen fs.Utf8Stream#destroy':
			() =>
				new Promise(resolve => {
					const stream = new fs.Utf8Stream({ dest: files(home).fresh, sync: false })
					stream.on('close', resolve)
					stream.write('x')
					stream.flush(() => stream.end())
				}),
		'fs.watch': () =>
			new Promise(resolve => {
				const { directory } = files(home)
				const watcher = fs.watch(directory, () => {
					watcher.close()
					resolve()
				})
				setTimeout(() => fs.writeFileSync(join(directory, 'two'), ''), 30)
			}),
		'fs.promises.watch': async () => {
			const { directory } = files(home)
			setTimeout(() => fs.writeFileSync(join(directory, 'two'), ''), 30)
			for await (const _ of fsp.watch(directory)) break
		},
		'fs.watchFile': () =>
			new Promise(resolve => {
				const { file } = files(home)
				const changing = setInterval(() => fs.appendFileSync(file, 'x'), 30)
				fs.watchFile(file, { interval: 20 }, () => {
					fs.unwatchFile(file)
					clearInterval(changing)
					resolve()
				})
			}),
	}
}
