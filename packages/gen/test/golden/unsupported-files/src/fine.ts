//trace:event traceFine()
