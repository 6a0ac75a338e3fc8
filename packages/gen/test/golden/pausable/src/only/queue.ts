import { traceTaken } from './ztrace.js'

//trace:event async traceTaken()
export async function take(): Promise<void> {
	if (traceTaken) await traceTaken()
}
