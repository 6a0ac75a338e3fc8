//trace:event traceDeclared()
export {}
