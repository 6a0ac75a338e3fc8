#!/usr/bin/env node
// trace:event traceShebang(a: Private): void // remark
interface Private {}
export const p: Private = {}