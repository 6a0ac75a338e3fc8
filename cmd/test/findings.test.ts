// What a program that reads the Markdown of a report finds in it: what is wrong, where, and how much.
import { analyze } from '@tsgotrace/trace/analyze'
import { describe, expect, it } from 'vitest'
import { faults } from '../../packages/trace/test/analyze/faults.js'
import { reportMarkdown } from '../src/analyze/markdown.js'

describe('the Markdown of a report', () => {
	it.each(Object.entries(faults))('names the fault: %s', async (_, { level, rule, subject, program }) => {
		const text = reportMarkdown(await analyze((await program(1)).trace()), 'app.perfetto-trace')
		expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
		const line = text.split('\n').find(it => it.startsWith(`- **${level}: ${rule}** \`${subject}\`: `))
		// A number with what it counts or how long it took, and where to look: ids or times, and a command.
		expect(line).toMatch(/: .*\d/)
		if (rule !== 'loss')
			expect(line).toMatch(
				/\((?:ids? \d[^)]*|from \d+\.\d+ to \d+\.\d+ s)\)\. `tsgotrace (?:analyze|query|summary) app\.perfetto-trace/,
			)
	})
})
