import { matcher } from '@tsgotrace/trace/read'
import { describe, expect, it } from 'vitest'

const ids = [
	'hello:traceReqBegin',
	'hello/net:traceReqEnd',
	'@shop/db:traceQuery',
	'@shop/db/pool:traceQuery',
	'traced:traceHello',
]
const chosen = (...globs: string[]): string[] => ids.filter(matcher(globs))

describe('globs over ids', () => {
	it.each([
		[['hello:*'], [0]],
		[['hello/**'], [0, 1]],
		[['hello'], [0]],
		[['traceReq*'], [0, 1]],
		[['traceQuery'], [2, 3]],
		[['*:*'], [0, 2, 4]],
		[['*:traceQuery'], [2]],
		[['**:*'], [0, 1, 2, 3, 4]],
		[['*'], [0, 1, 2, 3, 4]],
		[['@shop/*:*'], [2]],
		[['@shop/**'], [2, 3]],
		[['@shop/db'], [2]],
		[['@*/db:*'], [2]],
		[['*/pool:*'], [3]],
		[['!traceQuery'], [0, 1, 4]],
		[
			['*:*', '!@shop/db'],
			[0, 4],
		],
		[['trace*'], [0, 1, 2, 3, 4]],
		[['traced'], [4]],
	])('%j', (globs, expected) => {
		expect(chosen(...globs)).toEqual(expected.map(i => ids[i]))
	})
})
