// Reads a trace and does nothing with it: what every command pays.
import { readTrace } from '@tsgotrace/trace/read'

let items = 0
for await (const batch of readTrace(process.argv[2]).batches()) items += batch.length
if (items === 0) throw new Error('nothing was read')
