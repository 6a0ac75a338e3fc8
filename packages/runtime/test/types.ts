import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a compiler says of the uses of the API in `types`. */
export async function errorsOf(compiler: string): Promise<string> {
	const manifest = createRequire(import.meta.url).resolve(`${compiler}/package.json`)
	const args = [join(dirname(manifest), 'bin/tsc'), '--project', fileURLToPath(new URL('types', import.meta.url))]
	return new Promise(resolve => execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr)))
}
