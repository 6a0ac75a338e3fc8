/** The head of a file is not about an event. */

//trace:event traceHead()

/** Says hello. */
//trace:event traceHello(who: string)

/**
 * Saves an item of `src/**`.
 *
 *     indented(code)
 *
 * @param id of the item, see {@link save}
 */
//trace:event async traceSaved(id: number)
//trace:event traceNext(pattern: RegExp)

export const pattern: RegExp = /a*/
//trace:event traceAfterRegExp()

export const text = `/** not a comment */`
//trace:event traceAfterText()

// A line comment is not JSDoc.
//trace:event traceLine()

/* Nor is this one. */
//trace:event traceBlock()

/**********/
//trace:event traceBanner()

/***/
//trace:event traceEmpty()

/** Also when code
    has no stars on its lines.   */
	//trace:event traceNoStars()

/** Both the event's */
//trace:event async tracePausable()
/** and the function's. */
export function save(): void {
	/** Inside a function. */
	//trace:event traceInside(a: `*/`)
}
