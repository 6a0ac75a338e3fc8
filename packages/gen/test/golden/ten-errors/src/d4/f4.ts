export {}
//trace:event traceD(): number
