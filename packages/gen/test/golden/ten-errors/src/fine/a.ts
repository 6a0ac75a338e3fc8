//trace:event traceFine()
export {}
