import { expect, test } from 'vitest'
import { errorsOf } from './types.js'

test('the types of the API', async () => {
	expect(await errorsOf('typescript')).toBe('')
})
