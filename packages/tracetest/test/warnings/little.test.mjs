import { test } from '@tsgotrace/tracetest/vitest'
import { bodies } from './bodies.mjs'

for (const [name, body] of Object.entries(bodies)) test.verify(name, ({ t }) => body(t))

test.verify('small budget', { runs: 3 }, ({ t }) => {
	t.action('abort', () => {})
	return bodies['starts only'](t)
})
