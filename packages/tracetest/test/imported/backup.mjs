// Its imports are linked before the first of them is evaluated: this `backup` is the one of Node, whatever tracetest
// does then.
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { run } from '@tsgotrace/tracetest'

const file = join(tmpdir(), `tsgotrace-backup-${process.pid}.db`)
const attempts = []
for (let i = 0; i < 5; i++)
	await run(async () => {
		const database = new DatabaseSync(':memory:')
		database.exec('create table t(x); insert into t values (1), (2)')
		await backup(database, file)
	}).then(
		() => attempts.push('ended'),
		error => attempts.push(error.message),
	)
// Not proved, however long nothing happens.
await run(() => new Promise(() => {}), { deadTime: 100 }).catch(error =>
	attempts.push(error.proved, error.alive.join()),
)
rmSync(file, { force: true })
console.log(JSON.stringify(attempts))
