import { readFileSync } from 'node:fs'
import { codeFrameColumns } from '@babel/code-frame'
import { placeOf } from '../platform/place.js'
import { placeText } from '../platform/text.js'
import { framesOf } from './errors.js'

/** The source around the place that the stack of `error` names first, or nothing if it cannot be read. */
export function codeFrame(error: Error): string | undefined {
	const place = placeOf(framesOf(error))
	if (place === undefined) return undefined
	try {
		const start = { line: place.line, column: place.column }
		return `${placeText(place)}:\n${codeFrameColumns(readFileSync(place.file, 'utf8'), { start }, { linesAbove: 2, linesBelow: 2 })}`
	} catch {
		return undefined
	}
}
