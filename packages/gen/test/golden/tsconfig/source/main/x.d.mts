//trace:event traceDeclaredToo()
export {}
