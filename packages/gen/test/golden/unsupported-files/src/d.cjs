//trace:event traceCjs()
