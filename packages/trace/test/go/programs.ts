// Programs made up at random, with all that a recording may have: overlap, nesting, losses, ends without begins, ids
// twice, long texts.
import fc from 'fast-check'
import { inPieces, Program } from '../items.js'

type Op = readonly [kind: number, which: number, gap: number, text: string]

const texts = fc.oneof(
	fc.constantFrom('GET /item', 'job', 'query', '', 'x'.repeat(3000), '€'.repeat(700), 'a\0b', 'µ\u{1F600}'),
	fc.string({ maxLength: 12 }),
)
const ops: fc.Arbitrary<Op[]> = fc.array(
	fc.tuple(fc.nat(14), fc.nat(9), fc.constantFrom(0, 0, 1, 50, 3000, 800_000, 400_000_000), texts),
	{
		maxLength: 120,
	},
)

/** One to three threads, of one or two processes. */
export const programs: fc.Arbitrary<readonly Program[]> = fc
	.array(ops, { minLength: 1, maxLength: 3 })
	.map(all => all.map((list, nth) => program(list, nth, true)))

/** The same, in which no two tasks have one id. */
export const distinct: fc.Arbitrary<readonly Program[]> = fc
	.array(ops, { minLength: 1, maxLength: 3 })
	.map(all => all.map((list, nth) => program(list, nth, false)))

/** In pieces of any size. */
export const traces = fc.tuple(programs, fc.constantFrom(1, 7, 1000)).map(([list, size]) => inPieces(list, size))

function program(list: readonly Op[], nth: number, twice: boolean): Program {
	const it = new Program({ pid: nth === 2 ? 43 : 42, tid: 42 + nth, name: nth === 0 ? 'main' : `worker ${nth}` })
	const open: ((time: number) => void)[] = []
	const nested: string[] = []
	let now = 1000 + nth * 17
	let id = nth * 2 ** 32
	for (const [kind, which, gap, text] of list) {
		now += gap
		const name = text === '' ? 'none' : text
		switch (kind) {
			case 0:
			case 1:
			case 2: {
				const end = it.task(now, which === 9 && twice ? id : ++id, name, {
					kind: which > 5 ? 'request' : 'task',
					parent: which < 4 ? Math.max(0, id - which) : 0,
				})
				open.push(time => end(time, which % 3 === 0 ? 'threw' : 'returned', text))
				break
			}
			case 3:
				open.push(it.region(now, 1000 + which, name, id))
				break
			case 4: {
				const end = it.call(now, 2000 + which, name, id - (which % 2))
				open.push(time => end(time))
				break
			}
			case 5: {
				const end = it.begin(now, 'shop/db:traceQuery', { sql: text })
				open.push(time => end(time, { rows: which }))
				break
			}
			case 6:
			case 7:
				open.splice(which % Math.max(1, open.length), 1)[0]?.(now)
				break
			case 8:
				nested.push(`shop:trace${which % 3}`)
				it.signal('begin', now, `${nested.at(-1)!}Begin`, { n: which })
				break
			case 9: {
				// Not always the innermost one.
				const [end] = nested.splice(which % Math.max(1, nested.length), 1)
				it.signal('end', now, `${end ?? 'shop:traceNever'}End`)
				break
			}
			case 10:
				it.signal('instant', now, 'shop:traceRow', { text, which })
				break
			case 11:
				it.signal('instant', now, '@tsgotrace/exec/tasks:traceLog', { key: name, text, task: id - (which % 3) })
				break
			case 12:
				it.signal('instant', now, '@tsgotrace/exec/tasks:traceTaskName', { task: id - (which % 2), name })
				break
			case 13:
				it.count(
					now,
					which % 2 === 0 ? '@tsgotrace/exec/thread:traceHeapUsedCount' : 'shop:traceOpenCount',
					which * 1e6,
				)
				if (which > 7) it.loss(now, which, 'queue is full')
				break
			default:
				it.done(now, '@tsgotrace/exec/thread:traceGcDone', {
					kind: which % 2 === 0 ? 'scavenge' : 'major',
					ms: which / 10,
					ago: 0,
					forced: false,
				})
		}
	}
	return it
}
