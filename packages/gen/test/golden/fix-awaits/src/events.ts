//trace:event async traceSaved(id: number)
//trace:event async traceGeneric<T>(value: T)
export {}
