import { expect, it } from 'vitest'
import { nodeOf, nodeVersions } from '../../test/e2e/nodes.js'
import { recordsExec } from './liveexec.js'

it.runIf(process.platform === 'linux').each(nodeVersions)(
	'the execution of a server that runs already, with Node %s, is recorded, and none of it is at work afterwards',
	async version => {
		expect.hasAssertions()
		await recordsExec(await nodeOf(version), Number(version) >= 24)
	},
)
