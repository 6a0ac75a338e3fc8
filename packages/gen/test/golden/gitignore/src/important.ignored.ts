//trace:event traceImportant()
export {}
