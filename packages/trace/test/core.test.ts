// The core of the reader needs nothing of Node.
import vm from 'node:vm'
import { readTrace } from '@tsgotrace/trace/read'
import { expect, test } from 'vitest'
import { bundleForBrowser } from './bundle.js'
import { sample } from './sample.js'
import { sumsOf } from './sums.js'

test('a bundle for browsers reads as Node does, where there is nothing but JavaScript', async () => {
	const bundle = await bundleForBrowser()
	expect(bundle).not.toMatch(/\bBuffer\b|\brequire\(|['"]node:/)
	const page = vm.createContext({ TextDecoder, Uint8Array, ArrayBuffer, URL })
	vm.runInContext(bundle, page)
	const { sums } = page as unknown as { readonly sums: (input: unknown) => Promise<unknown> }
	const bytes = new Uint8Array(sample().bytes())
	const expected = await sumsOf(readTrace(bytes))
	expect(await sums(bytes)).toEqual(expected)
	async function* pieces(): AsyncGenerator<Uint8Array> {
		for (let at = 0; at < bytes.length; at += 100) yield await Promise.resolve(bytes.subarray(at, at + 100))
	}
	expect(await sums(pieces())).toEqual(expected)
	await expect(sums('a.trace')).rejects.toThrow('a path can be read in Node only')
	await expect(sums(Uint8Array.of(0x1f, 0x8b, 8, 0))).rejects.toThrow('gzipped')
})
