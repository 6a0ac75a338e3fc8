#!/usr/bin/env node
//trace:event traceShebang(argv: string[])
import { traceShebang } from "./ztrace.js"
traceShebang(process.argv)