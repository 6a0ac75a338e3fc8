#!/usr/bin/env node
//trace:event traceCrlfShebang()
//trace:event traceCrlf(a: string, b: number)   // remark
export {}
