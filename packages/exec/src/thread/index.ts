// Loading this connects the events of the thread to what produces them, while somebody listens.
import './cpu.js'
import './gc.js'
import './loop.js'
import './memory.js'
import './workers.js'
