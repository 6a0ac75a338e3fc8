// trace:event traceMixed()
export {}
// Trace:event traceMixedToo()
