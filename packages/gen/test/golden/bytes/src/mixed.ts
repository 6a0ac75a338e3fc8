//trace:event traceMixed(s: string)
export {}
//trace:event traceMixedToo(s: "ü😀")
