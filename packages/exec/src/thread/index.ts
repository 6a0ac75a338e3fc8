// Loading this connects the events of the thread to their producers, while a probe is attached.
import './cpu.js'
import './gc.js'
import './loop.js'
import './memory.js'
import './workers.js'
