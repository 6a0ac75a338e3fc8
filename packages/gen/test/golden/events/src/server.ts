import { traceAccepted, traceClosed, traceIdle, traceOpened } from './ztrace.js'

//trace:event traceOpened(port: number)   // a remark may follow

export class Server {
	// Directives may stand wherever a comment may; names are those of the module.
	//trace:event traceAccepted(from: string, server: Server)
	accept(from: string): void {
		if (traceAccepted_isWanted(from)) {
			//trace:event traceIdle()
			traceIdle()
		}
		traceAccepted(from, this)
	}

	close(
		//trace:event   traceClosed  ( port : number,reason :string , )
		port: number,
	): void {
		traceOpened(port)
		traceClosed(port, 'asked to')
	}
}

function traceAccepted_isWanted(from: string): boolean {
	return from !== ''
}
