export {}
//trace:event open()
