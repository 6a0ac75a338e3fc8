/* trace:event traceCodeAfter() */ export const x = 1
	/*
	 * trace:event traceDeep(a: string)
	 * Trace:Event traceDeepToo()
	 */
export function f(): void {
	/* trace:event traceInFunction() */
	/** trace:event traceTrailing() */   
}
