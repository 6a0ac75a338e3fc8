//trace:event traceMoved()
export {}
