// A tool has removed the imports that only the directive needs. The generated file still knows them.
//trace:event traceRecv(m: Msg, o: Opts, c: Channel, n: ns.Msg, s: Stats, x: Never)
export {}
