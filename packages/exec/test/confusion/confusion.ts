// Which rules report what, of programs of which it is known what is wrong with them.
import type { EvidenceLevel, Finding } from '@tsgotrace/trace/analyze'

interface Row {
	programs: number
	/** Of the programs, those in which what is planted was found; null where nothing is. */
	found: number | null
	/** The levels at which it was. */
	readonly levels: Map<EvidenceLevel, number>
	/** By rule, the programs in which it reports anything, and those in which it is sure. */
	readonly rules: Map<string, { any: number; sure: number }>
	/** What was missed, or claimed. */
	readonly wrong: string[]
}

const isSure = ({ level }: Finding): boolean => level !== 'suspected'
const textOf = ({ level, rule, subject, text }: Finding): string => `${level} ${rule} ${subject}: ${text}`

export class Confusion {
	readonly #rows = new Map<string, Row>()

	/** A program with a fault. */
	planted(kind: string, program: string, findings: readonly Finding[], isFault: (finding: Finding) => boolean): void {
		const row = this.#row(kind, findings, 0)
		const fault = findings.find(isFault)
		if (fault === undefined) {
			row.wrong.push(`${program}: not found${findings.length === 0 ? '' : ` among ${findings.map(textOf).join('; ')}`}`)
			return
		}
		row.found = row.found! + 1
		row.levels.set(fault.level, (row.levels.get(fault.level) ?? 0) + 1)
	}

	/** A program without a fault. */
	clean(kind: string, program: string, findings: readonly Finding[]): void {
		const row = this.#row(kind, findings, null)
		for (const finding of findings.filter(isSure)) row.wrong.push(`${program}: ${textOf(finding)}`)
	}

	get programs(): { readonly planted: number; readonly clean: number } {
		return { planted: this.#sum(true), clean: this.#sum(false) }
	}

	/** The part of the faults that was found. */
	get recall(): number {
		const found = [...this.#rows.values()].reduce((sum, row) => sum + (row.found ?? 0), 0)
		return found / this.#sum(true)
	}

	/** Findings of level proved or measured in programs without a fault. */
	get falseFindings(): readonly string[] {
		return [...this.#rows.values()].filter(({ found }) => found === null).flatMap(({ wrong }) => wrong)
	}

	get missed(): readonly string[] {
		return [...this.#rows]
			.filter(([, { found }]) => found !== null)
			.flatMap(([kind, { wrong }]) => wrong.map(text => `${kind}: ${text}`))
	}

	/**
	 * The matrix: a row for each kind of program, a column for each rule; in each cell the programs with a finding of it,
	 * of those without a fault also how many are sure.
	 */
	text(): string {
		const rules = [...new Set([...this.#rows.values()].flatMap(row => [...row.rules.keys()]))]
		const letters = rules.map((_, i) => String.fromCharCode(97 + i))
		const lines = [
			['kind of program', 'found', 'levels', ...letters],
			...[...this.#rows].map(([kind, { programs, found, levels, rules: cells }]) => [
				kind,
				`${found ?? '-'}/${programs}`,
				[...levels].map(([level, count]) => `${count} ${level}`).join(', '),
				...rules.map(rule => {
					const { any = 0, sure = 0 } = cells.get(rule) ?? {}
					return any === 0 ? '.' : found === null ? `${sure}(${any})` : String(any)
				}),
			]),
		]
		const widths = lines[0]!.map((_, i) => Math.max(...lines.map(line => line[i]!.length)))
		return [
			...rules.map((rule, i) => `${letters[i]} = ${rule}`),
			'',
			...lines.map(line =>
				line
					.map((cell, i) => cell.padEnd(widths[i]!))
					.join('  ')
					.trimEnd(),
			),
			'',
			`${this.#sum(true)} programs with a fault: recall ${(this.recall * 100).toFixed(1)} %`,
			...this.missed.map(text => `  ${text}`),
			`${this.#sum(false)} programs without: ${this.falseFindings.length} findings of level proved or measured; in parentheses, with those of level suspected`,
			...this.falseFindings.map(text => `  ${text}`),
		].join('\n')
	}

	#row(kind: string, findings: readonly Finding[], found: number | null): Row {
		let row = this.#rows.get(kind)
		if (row === undefined)
			this.#rows.set(kind, (row = { programs: 0, found, levels: new Map(), rules: new Map(), wrong: [] }))
		row.programs++
		for (const rule of new Set(findings.map(({ rule: it }) => it))) {
			const of = findings.filter(finding => finding.rule === rule)
			const cell = row.rules.get(rule) ?? { any: 0, sure: 0 }
			cell.any++
			if (of.some(isSure)) cell.sure++
			row.rules.set(rule, cell)
		}
		return row
	}

	#sum(isPlanted: boolean): number {
		return [...this.#rows.values()]
			.filter(({ found }) => (found !== null) === isPlanted)
			.reduce((sum, { programs }) => sum + programs, 0)
	}
}
