import { tracetest } from '@tsgotrace/tracetest/plugin'
import { defineConfig } from 'vitest/config'

const awaits = process.env['AWAITS']

export default defineConfig({
	...(awaits === undefined ? {} : { plugins: [tracetest({ awaits })] }),
	test: { include: ['little.test.mjs'] },
})
