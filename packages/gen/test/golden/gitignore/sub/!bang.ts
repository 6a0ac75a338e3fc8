//trace:event traceBang()
export {}
