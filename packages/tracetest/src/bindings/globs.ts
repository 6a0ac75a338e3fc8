import { relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import type { PluginGlobs } from '../platform/awaits.js'

/** @returns for the path of a file, what reports call it: relative to the root; undefined if it does not match */
export function matcher({ root, awaits }: PluginGlobs): (path: string) => string | undefined {
	const excluding = awaits.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1))
	const including = awaits.filter(glob => !glob.startsWith('!'))
	const includes = picomatch(including)
	const excludes = excluding.length === 0 ? () => false : picomatch(excluding)
	return path => {
		const absolute = resolve(root, path)
		const file = slashed(relative(root, absolute))
		const matches = (test: (text: string) => boolean): boolean => test(file) || test(slashed(absolute))
		return matches(includes) && !matches(excludes) ? file : undefined
	}
}

function slashed(path: string): string {
	return path.split(sep).join('/')
}
