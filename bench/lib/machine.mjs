// What the figures depend on.
import { cpus, release, totalmem, type } from 'node:os'
import { pinned } from './nodes.mjs'

export const machine = () => ({
	cpu: cpus()[0]?.model.trim() ?? 'unknown',
	cpus: cpus().length,
	memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
	os: `${type()} ${release()}`,
	pinned,
})
