//trace:event traceBad(
export {}
