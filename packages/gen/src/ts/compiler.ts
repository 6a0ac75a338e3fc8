import { createRequire } from 'node:module'
import type { ts } from 'ts-morph'

/**
 * The compiler that ts-morph carries: the one door to it. Loading it takes longer than all other work of most runs, and
 * as a module half as long again, because Node then searches its nine megabytes for names of exports. Types come from
 * ts-morph itself.
 */
export const tsc: typeof ts = (createRequire(import.meta.url)('ts-morph') as { ts: typeof ts }).ts
