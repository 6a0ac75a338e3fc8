class Util {
	readonly used: number = 0
}
namespace Util {
	export interface Options {
		readonly fast: boolean
	}
}
export = Util
