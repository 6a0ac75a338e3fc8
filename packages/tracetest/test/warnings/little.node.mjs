import { test } from '@tsgotrace/tracetest/node-test'
import { bodies } from './bodies.mjs'

for (const [name, body] of Object.entries(bodies)) void test.verify(name, ({ t }) => body(t))

void test.verify('small budget', { runs: 3 }, ({ t }) => {
	t.action('abort', () => {})
	return bodies['starts only'](t)
})
