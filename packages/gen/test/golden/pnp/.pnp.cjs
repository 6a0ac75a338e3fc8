const { join } = require('node:path')

const places = {
	typed: 'store/node_modules/typed/',
	'@scope/un-typed': 'store/node_modules/@scope/un-typed/',
	zipped: 'store/zipped.zip/node_modules/zipped/',
}
exports.resolveToUnqualified = request => {
	if (!(request in places)) throw new Error('Your application tried to access something that it does not declare')
	return join(__dirname, places[request])
}
