//trace:event traceEndToEnd(url: URL)
export {}
