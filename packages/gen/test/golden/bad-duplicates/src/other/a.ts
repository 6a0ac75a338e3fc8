//trace:event traceTwice()
export {}
