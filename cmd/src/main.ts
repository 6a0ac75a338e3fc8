import { readFileSync } from 'node:fs'
import { Command } from 'commander'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

await new Command('tsgotrace').description('Static trace events and probes for TypeScript').version(version).parseAsync()
