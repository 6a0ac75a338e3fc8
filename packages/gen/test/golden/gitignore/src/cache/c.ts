//trace:event traceCached()
export {}
