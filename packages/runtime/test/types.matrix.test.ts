import { expect, test } from 'vitest'
import { errorsOf } from './types.js'

test.each(['typescript-5.9', 'typescript-6'])('the types of the API, by %s', async compiler => {
	// The oldest TypeScript that is supported infers otherwise than the newest.
	expect(await errorsOf(compiler)).toBe('')
})
