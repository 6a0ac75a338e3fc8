// The file system as it was when the recorder loaded: programs replace functions of `fs`, for monitoring or in tests,
// and must not see our calls.
import fs from 'node:fs'

export const close: typeof fs.close = fs.close
export const closeSync: typeof fs.closeSync = fs.closeSync
export const createReadStream: typeof fs.createReadStream = fs.createReadStream
export const createWriteStream: typeof fs.createWriteStream = fs.createWriteStream
export const existsSync: typeof fs.existsSync = fs.existsSync
export const fstatSync: typeof fs.fstatSync = fs.fstatSync
export const ftruncateSync: typeof fs.ftruncateSync = fs.ftruncateSync
export const lstatSync: typeof fs.lstatSync = fs.lstatSync
export const mkdirSync: typeof fs.mkdirSync = fs.mkdirSync
export const open: typeof fs.open = fs.open
export const openSync: typeof fs.openSync = fs.openSync
export const read: typeof fs.read = fs.read
export const readFileSync: typeof fs.readFileSync = fs.readFileSync
export const readSync: typeof fs.readSync = fs.readSync
export const renameSync: typeof fs.renameSync = fs.renameSync
export const rmSync: typeof fs.rmSync = fs.rmSync
export const statSync: typeof fs.statSync = fs.statSync
export const unlink: typeof fs.unlink = fs.unlink
export const write: typeof fs.write = fs.write
export const writeFileSync: typeof fs.writeFileSync = fs.writeFileSync
export const writeSync: typeof fs.writeSync = fs.writeSync
export const writevSync: typeof fs.writevSync = fs.writevSync
const { writev } = fs

/** For streams, which call the functions that they are given. */
export const forStreams: Pick<typeof fs, 'close' | 'open' | 'read' | 'write' | 'writev'> = {
	close,
	open,
	read,
	write,
	writev,
}
