declare global {
	interface RequestContext {
		readonly user: string
	}
	var currentContext: RequestContext | undefined
}
export {}
