export interface Inner {
	readonly deep: boolean
}
