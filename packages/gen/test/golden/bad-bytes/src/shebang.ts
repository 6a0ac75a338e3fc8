#!/usr/bin/env node
//trace:event traceF(a)