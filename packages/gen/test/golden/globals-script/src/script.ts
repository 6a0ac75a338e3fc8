// No import and no export: a script, whose declarations are global.
interface ScriptOptions {
	readonly loud: boolean
}
declare namespace App {
	interface Config {
		readonly port: number
	}
}
