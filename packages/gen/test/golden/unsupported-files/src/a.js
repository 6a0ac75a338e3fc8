import './b.js'
	//trace:event traceInJs()
