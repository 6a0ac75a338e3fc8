import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { events } from '@tsgotrace/runtime'
import { expect, it } from 'vitest'
import '@tsgotrace/exec'

interface Listed {
	readonly id: string
	readonly doc: string
}

it('tsgotrace list names each event of the package, with what it means', () => {
	const root = join(import.meta.dirname, '../../..')
	const text = execFileSync(process.execPath, ['cmd/bin/tsgotrace.js', 'list', '@tsgotrace/exec', '--json'], {
		cwd: root,
		encoding: 'utf8',
	})
	const listed = JSON.parse(text) as Listed[]
	const loaded = events().filter(({ id }) => id.startsWith('@tsgotrace/exec/'))
	expect(listed.map(({ id }) => id).sort()).toEqual(loaded.map(({ id }) => id).sort())
	expect(listed.filter(({ doc }) => doc.length < 10)).toEqual([])
})
