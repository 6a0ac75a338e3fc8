// Files of which some are large, as streams.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { load } from './load.mjs'

const dir = mkdtempSync(join(tmpdir(), 'tsgotrace-static-'))
writeFileSync(join(dir, 'index.html'), '<title>files</title>')
writeFileSync(join(dir, 'style.css'), 'a { color: red }\n'.repeat(1000))
writeFileSync(join(dir, 'photo.jpg'), Buffer.alloc(300_000, 1))
const server = express().use(express.static(dir)).listen(0, '127.0.0.1')
await once(server, 'listening')
await load(server.address().port, ['/', '/style.css', '/photo.jpg', '/missing.png'])
server.close()
rmSync(dir, { recursive: true })
