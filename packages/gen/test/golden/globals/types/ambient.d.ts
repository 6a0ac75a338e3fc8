interface BuildInfo {
	readonly commit: string
}
declare const BUILD: BuildInfo
