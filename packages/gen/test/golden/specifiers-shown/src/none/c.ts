export interface C {
	readonly c: true
}
