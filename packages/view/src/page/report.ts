import type { AnalysisReport, GroupReport } from '@tsgotrace/trace/analyze'

/** The groups of a report, and their titles. */
export const groupKinds = [
	['tasks', 'Tasks'],
	['calls', 'Calls to others'],
	['regions', 'Regions'],
	['slices', 'Slices'],
] as const

/** All groups of a report. */
export function groupsOf(report: AnalysisReport): readonly GroupReport[] {
	return groupKinds.flatMap(([kind]) => report[kind])
}
