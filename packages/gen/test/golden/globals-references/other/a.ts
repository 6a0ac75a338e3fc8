//trace:event traceOther(a: AppGlobal) // of a project that does not have it
export {}
