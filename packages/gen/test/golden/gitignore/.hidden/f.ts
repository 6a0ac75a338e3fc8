//trace:event traceHidden()
export {}
