import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['long.test.mjs'] } })
