// Its imports are linked before the first of them is evaluated: this `backup` is the one of Node, whatever tracetest
// does then.
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { run, verify } from '@tsgotrace/tracetest'

const file = join(tmpdir(), `tsgotrace-backup-${process.pid}.db`)
const attempts = []
const copies = async () => {
	const database = new DatabaseSync(':memory:')
	database.exec('create table t(x); insert into t values (1), (2)')
	await backup(database, file)
}
for (const explored of [run, verify])
	for (let i = 0; i < 5; i++)
		await explored(copies).then(
			() => attempts.push('ended'),
			error => attempts.push(error.message),
		)
// Not proved, however long nothing happens: the promise could be settled. One that nothing refers to is proved lost when
// V8 has collected it.
const kept = []
await run(() => new Promise(resolve => kept.push(resolve)), { deadTime: 100 }).catch(error =>
	attempts.push(error.proved, error.alive.join()),
)
for (const resolve of kept) resolve()
rmSync(file, { force: true })
console.log(JSON.stringify(attempts))
