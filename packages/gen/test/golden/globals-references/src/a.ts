//trace:event traceApp(a: AppGlobal)
export {}
