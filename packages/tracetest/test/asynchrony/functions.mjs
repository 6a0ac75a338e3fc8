// All functions of Node 20, 22, 24 and 26, by when they call back. A function that is in none of these lists fails the
// test: it is to be tried in an operation, if it is asynchronous, or to be put into one of them. What operations are
// named after is tried, and is in no list here.

/**
 * Asynchronous by means of others: they call back by microtasks and ticks, or when what they are given, or the socket,
 * file, timer or thread below them, does.
 */
export const later = names(`
	globals: AbortController AbortSignal AsyncDisposableStack EventTarget Promise events queueMicrotask stream test
	AbortController: #abort
	AbortSignal: #throwIfAborted .abort .any
	Array: .fromAsync
	AsyncDisposableStack: #adopt #defer #disposeAsync #move #use
	EventTarget: #addEventListener #dispatchEvent #removeEventListener
	Promise: #catch #finally #then .all .allSettled .any .race .reject .resolve .try .withResolvers
	Request: #arrayBuffer #blob #bytes #formData #json #text #textStream
	Response: #arrayBuffer #blob #bytes #formData #json #text #textStream
	TracingChannel: #subscribe #traceCallback #tracePromise #unsubscribe
	WebAssembly: .Suspending .promising
	ZipEntry: #[Symbol.asyncDispose] #[Symbol.asyncIterator] #[Symbol.dispose] #contentIterator
	ZipFile: #[Symbol.asyncDispose] #[Symbol.asyncIterator] #[Symbol.dispose] #addEntry #forEach #has #keys #stream #values
	async_hooks: .AsyncLocalStorage .AsyncLocalStorage#disable .AsyncLocalStorage#enterWith .AsyncLocalStorage#exit .AsyncLocalStorage#run
		.AsyncLocalStorage#withScope .AsyncLocalStorage.bind .AsyncLocalStorage.snapshot .AsyncResource .AsyncResource#asyncId .AsyncResource#bind
		.AsyncResource#emitDestroy .AsyncResource#runInAsyncScope .AsyncResource#triggerAsyncId .AsyncResource.bind .createHook .executionAsyncId
		.executionAsyncResource .triggerAsyncId
	child_process: .ChildProcess .ChildProcess#[Symbol.dispose] .ChildProcess#ref .ChildProcess#spawn
	cluster: .Worker .setupPrimary
	console: .createTask
	crypto: .Cipher .Cipheriv .Decipher .Decipheriv .Hash .Hmac .Sign .Verify .createCipher .createCipheriv .createDecipher .createDecipheriv
		.createHash .createHmac .createMac .createSign .createVerify
	dgram: .Socket .Socket#addMembership .Socket#addSourceSpecificMembership .Socket#address .Socket#dropMembership
		.Socket#dropSourceSpecificMembership .Socket#ref .Socket#remoteAddress .Socket#sendto .Socket#setBroadcast .Socket#setMulticastInterface
		.Socket#setMulticastLoopback .Socket#setMulticastTTL .Socket#setRecvBufferSize .Socket#setSendBufferSize .Socket#setTTL .Socket#unref
	diagnostics_channel: .BoundedChannel .BoundedChannel#run .BoundedChannel#subscribe .BoundedChannel#unsubscribe .BoundedChannel#withScope .Channel
		.Channel#bindStore .Channel#publish .Channel#runStores .Channel#subscribe .Channel#unbindStore .Channel#unsubscribe .Channel#withStoreScope
		.boundedChannel .channel .hasSubscribers .subscribe .tracingChannel .unsubscribe
	dns: .Resolver .promises.Resolver
	domain: .Domain .Domain#add .Domain#bind .Domain#enter .Domain#exit .Domain#intercept .Domain#remove .Domain#run .createDomain
	events: #addListener #emit #eventNames #listenerCount #listeners #once #prependListener #prependOnceListener #rawListeners #removeAllListeners
		#removeListener #setMaxListeners .addAbortListener .init .listenerCount .on .once .setMaxListeners
	fs: .ReadStream .WriteStream
	http: .Agent .Agent#addRequest .Agent#createSocket .Agent#keepSocketAlive .Agent#removeSocket .Agent#reuseSocket .ClientRequest
		.ClientRequest#abort .ClientRequest#clearTimeout .ClientRequest#destroy .ClientRequest#onSocket .ClientRequest#setNoDelay
		.ClientRequest#setSocketKeepAlive .CloseEvent .IncomingMessage .MessageEvent .MessageEvent#initMessageEvent .OutgoingMessage
		.OutgoingMessage#addTrailers .OutgoingMessage#appendHeader .OutgoingMessage#cork .OutgoingMessage#destroy .OutgoingMessage#pipe
		.OutgoingMessage#removeHeader .OutgoingMessage#setHeader .OutgoingMessage#setHeaders .OutgoingMessage#uncork .Server .Server#closeIdleConnections
		.ServerResponse .ServerResponse#assignSocket .ServerResponse#detachSocket .ServerResponse#writeContinue .ServerResponse#writeEarlyHints
		.ServerResponse#writeHead .ServerResponse#writeInformation .ServerResponse#writeProcessing .setGlobalProxyFromEnv .setMaxIdleHTTPParsers
		.validateHeaderName .validateHeaderName.withoutStackTrace .validateHeaderValue .validateHeaderValue.withoutStackTrace
	http2: .Http2ServerRequest .Http2ServerRequest#setTimeout .Http2ServerResponse .Http2ServerResponse#addTrailers .Http2ServerResponse#appendHeader
		.Http2ServerResponse#cork .Http2ServerResponse#createPushResponse .Http2ServerResponse#destroy .Http2ServerResponse#end
		.Http2ServerResponse#flushHeaders .Http2ServerResponse#removeHeader .Http2ServerResponse#setHeader .Http2ServerResponse#setTimeout
		.Http2ServerResponse#setTrailer .Http2ServerResponse#uncork .Http2ServerResponse#write .Http2ServerResponse#writeContinue
		.Http2ServerResponse#writeEarlyHints .Http2ServerResponse#writeHead .Http2ServerResponse#writeInformation .createSecureServer
		.performServerHandshake
	https: .Agent .Agent#keepSocketAlive .Server .Server#[Symbol.asyncDispose] .Server#close .createServer
	net: .Server .Server#address .Server#ref .Server#unref .Socket .Socket#address .Socket#pause .Socket#ref .Socket#setKeepAlive .Socket#setNoDelay
		.Socket#setTypeOfService .Socket#unref .SocketAddress .SocketAddress#toJSON .SocketAddress.parse
	process: .nextTick .stdout.destroySoon
	readline: .Interface .clearLine .clearScreenDown .cursorTo .emitKeypressEvents .moveCursor .promises.Readline .promises.Readline#clearLine
		.promises.Readline#clearScreenDown .promises.Readline#cursorTo .promises.Readline#moveCursor .promises.Readline#rollback
	repl: .REPLServer .REPLServer#clearBufferedCommand .REPLServer#close .REPLServer#complete .REPLServer#completeOnEditorMode
		.REPLServer#createContext .REPLServer#defineCommand .REPLServer#displayPrompt .REPLServer#resetContext .REPLServer#setPrompt
		.REPLServer#setupHistory .Recoverable .start .writer
	stream: #eventNames #pipe .Duplex .Duplex.from .Duplex.fromWeb .Duplex.toWeb .PassThrough .Readable .Readable#[Symbol.asyncDispose]
		.Readable#[Symbol.asyncIterator] .Readable#asIndexedPairs .Readable#compose .Readable#destroy .Readable#drop .Readable#every .Readable#filter
		.Readable#find .Readable#flatMap .Readable#forEach .Readable#iterator .Readable#map .Readable#on .Readable#pause .Readable#pipe .Readable#push
		.Readable#read .Readable#reduce .Readable#removeAllListeners .Readable#removeListener .Readable#resume .Readable#setEncoding .Readable#some
		.Readable#take .Readable#toArray .Readable#unpipe .Readable#unshift .Readable#wrap .Readable.ReadableState .Readable.from .Readable.fromWeb
		.Readable.toWeb .Readable.wrap .Transform .Writable .Writable#[Symbol.asyncDispose] .Writable#cork .Writable#pipe .Writable#setDefaultEncoding
		.Writable#uncork .Writable#write .Writable.WritableState .Writable.fromWeb .Writable.toWeb .addAbortSignal .compose .destroy .duplexPair
		.finished .finished.finished .pipeline .setDefaultHighWaterMark
	stream/consumers: .arrayBuffer .blob .buffer .bytes .json .text
	stream/promises: .finished .pipeline
	stream/web: .ByteLengthQueuingStrategy .CountQueuingStrategy .ReadableByteStreamController .ReadableByteStreamController#close
		.ReadableByteStreamController#enqueue .ReadableByteStreamController#error .ReadableStream#cancel .ReadableStream#pipeThrough
		.ReadableStream#pipeTo .ReadableStream#tee .ReadableStream#values .ReadableStream.from .ReadableStreamBYOBReader .ReadableStreamBYOBReader#cancel
		.ReadableStreamBYOBReader#read .ReadableStreamBYOBReader#releaseLock .ReadableStreamBYOBRequest .ReadableStreamBYOBRequest#respond
		.ReadableStreamBYOBRequest#respondWithNewView .ReadableStreamDefaultController .ReadableStreamDefaultController#close
		.ReadableStreamDefaultController#enqueue .ReadableStreamDefaultController#error .ReadableStreamDefaultReader .ReadableStreamDefaultReader#cancel
		.ReadableStreamDefaultReader#read .ReadableStreamDefaultReader#releaseLock .ReadableStreamTee .TextDecoderStream .TextEncoderStream
		.TransformStream .TransformStreamDefaultController .TransformStreamDefaultController#enqueue .TransformStreamDefaultController#error
		.TransformStreamDefaultController#terminate .WritableStream .WritableStream#abort .WritableStream#close .WritableStreamDefaultController
		.WritableStreamDefaultController#error .WritableStreamDefaultWriter .WritableStreamDefaultWriter#abort .WritableStreamDefaultWriter#close
		.WritableStreamDefaultWriter#releaseLock .WritableStreamDefaultWriter#write
	test: .after .afterEach .before .beforeEach .describe .describe.expectFailure .describe.only .describe.skip .describe.todo .expectFailure .only
		.skip .todo
	test/reporters: .dot .junit .lcov .spec .tap
	timers: .active .enroll
	tls: .Server .Server#addContext .Server#setOptions .Server#setSecureContext .Server#setTicketKeys .TLSSocket#disableRenegotiation
		.TLSSocket#enableTrace .TLSSocket#exportKeyingMaterial .TLSSocket#setKeyCert .TLSSocket#setMaxSendFragment .TLSSocket#setServername
		.TLSSocket#setSession .createSecurePair .createServer
	util: .aborted .callbackify .promisify .transferableAbortController .transferableAbortSignal
	v8: .promiseHooks.createHook .promiseHooks.onAfter .promiseHooks.onBefore .promiseHooks.onInit .promiseHooks.onSettled
	worker_threads: .BroadcastChannel#ref .BroadcastChannel#unref .MessagePort .MessagePort#ref .Worker#ref .Worker#unref
`)

/** They have done all their work when they return, and call nothing back later. */
export const never = names(`
	globals: AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean Crypto CryptoKey CustomEvent DOMException DataView Date
		DisposableStack Error ErrorEvent EvalError Event FinalizationRegistry Float16Array Float32Array Float64Array FormData Function Headers Infinity
		Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageEvent NaN Navigator Number Object Proxy QuotaExceededError RangeError
		ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer Storage String SubtleCrypto SuppressedError Symbol SyntaxError Temporal
		TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet assert console decodeURI decodeURIComponent
		encodeURI encodeURIComponent escape eval globalThis isFinite isNaN module parseFloat parseInt structuredClone undefined unescape
	Atomics: .add .and .compareExchange .exchange .isLockFree .load .notify .or .pause .store .sub .wait .xor
	Crypto: #getRandomValues #randomUUID
	Event: #composedPath #initEvent #preventDefault #stopImmediatePropagation #stopPropagation
	FileHandle: #getAsyncId
	FinalizationRegistry: #unregister
	FormData: #append #delete #entries #forEach #get #getAll #has #keys #set #values
	Headers: #append #delete #entries #forEach #get #getSetCookie #has #keys #set #values
	Histogram: #add #record #recordCorrected #recordDelta #subtract
	Immediate: #[Symbol.dispose] #hasRef #ref
	IntervalHistogram: #[Symbol.dispose] #disable #enable
	MockTracker: #fn #getter #method #property #reset #restoreAll #setter
	Request: #clone
	Response: #clone .error .json .redirect
	Storage: #clear #getItem #key #removeItem #setItem
	SubtleCrypto: .supports
	Timeout: #[Symbol.dispose] #close #hasRef
	Tracing: #disable #enable
	TracingChannel: #traceSync
	WebAssembly: .CompileError .Exception .Exception#getArg .Exception#is .Global .Global#valueOf .Instance .LinkError .Memory .Memory#grow
		.Memory#toFixedLengthBuffer .Memory#toResizableBuffer .Module .Module.customSections .Module.exports .Module.imports .RuntimeError .SuspendError
		.Table .Table#get .Table#grow .Table#set .Tag .validate
	ZipEntry: #contentSync
	ZipFile: #addEntrySync #addSync #closeSync #compactSync #deleteSync #entriesSync #forEachSync #getSync #valuesSync
	assert: .AssertionError .AssertionError#toString .CallTracker .CallTracker#calls .CallTracker#getCalls .CallTracker#report .CallTracker#reset
		.CallTracker#verify .deepEqual .deepStrictEqual .doesNotMatch .doesNotReject .doesNotThrow .equal .fail .ifError .match .notDeepEqual
		.notDeepStrictEqual .notEqual .notStrictEqual .ok .partialDeepStrictEqual .rejects .strict .strict.Assert .strict.Assert#ok .strictEqual .throws
	async_hooks: .AsyncLocalStorage#getStore
	buffer: .Blob .Blob#slice .Buffer .Buffer#asciiSlice .Buffer#asciiWrite .Buffer#base64Slice .Buffer#base64Write .Buffer#base64urlSlice
		.Buffer#base64urlWrite .Buffer#compare .Buffer#copy .Buffer#equals .Buffer#fill .Buffer#hexSlice .Buffer#hexWrite .Buffer#includes
		.Buffer#indexOf .Buffer#inspect .Buffer#lastIndexOf .Buffer#latin1Slice .Buffer#latin1Write .Buffer#readBigInt64BE .Buffer#readBigInt64LE
		.Buffer#readBigUInt64BE .Buffer#readBigUInt64LE .Buffer#readDoubleBE .Buffer#readDoubleLE .Buffer#readFloatBE .Buffer#readFloatLE
		.Buffer#readInt16BE .Buffer#readInt16LE .Buffer#readInt32BE .Buffer#readInt32LE .Buffer#readInt8 .Buffer#readIntBE .Buffer#readIntLE
		.Buffer#readUInt16BE .Buffer#readUInt16LE .Buffer#readUInt32BE .Buffer#readUInt32LE .Buffer#readUInt8 .Buffer#readUIntBE .Buffer#readUIntLE
		.Buffer#slice .Buffer#subarray .Buffer#swap16 .Buffer#swap32 .Buffer#swap64 .Buffer#toJSON .Buffer#toString .Buffer#ucs2Slice .Buffer#ucs2Write
		.Buffer#utf8Slice .Buffer#utf8Write .Buffer#write .Buffer#writeBigInt64BE .Buffer#writeBigInt64LE .Buffer#writeBigUInt64BE
		.Buffer#writeBigUInt64LE .Buffer#writeDoubleBE .Buffer#writeDoubleLE .Buffer#writeFloatBE .Buffer#writeFloatLE .Buffer#writeInt16BE
		.Buffer#writeInt16LE .Buffer#writeInt32BE .Buffer#writeInt32LE .Buffer#writeInt8 .Buffer#writeIntBE .Buffer#writeIntLE .Buffer#writeUInt16BE
		.Buffer#writeUInt16LE .Buffer#writeUInt32BE .Buffer#writeUInt32LE .Buffer#writeUInt8 .Buffer#writeUIntBE .Buffer#writeUIntLE .Buffer.alloc
		.Buffer.allocUnsafe .Buffer.allocUnsafeSlow .Buffer.byteLength .Buffer.compare .Buffer.concat .Buffer.copyBytesFrom .Buffer.from .Buffer.isBuffer
		.Buffer.isEncoding .Buffer.of .File .SlowBuffer .atob .btoa .isAscii .isUtf8 .resolveObjectURL .transcode
	child_process: .execFileSync .execSync .spawnSync
	cluster: .Worker#isConnected .Worker#isDead
	console: .Console .Console#assert .Console#clear .Console#count .Console#countReset .Console#debug .Console#dir .Console#error .Console#group
		.Console#groupEnd .Console#info .Console#log .Console#table .Console#time .Console#timeEnd .Console#timeLog .Console#trace .Console#warn .assert
		.clear .context .count .countReset .debug .dir .dirxml .error .group .groupCollapsed .groupEnd .info .log .profile .profileEnd .table .time
		.timeEnd .timeLog .timeStamp .trace .warn
	crypto: .Certificate .Certificate.exportChallenge .Certificate.exportPublicKey .Certificate.verifySpkac .Cipher#final .Cipher#getAuthTag
		.Cipher#setAAD .Cipher#setAutoPadding .Cipher#update .Cipheriv#final .Cipheriv#getAuthTag .Cipheriv#setAAD .Cipheriv#setAutoPadding
		.Cipheriv#update .Decipher#setAuthTag .Decipheriv#setAuthTag .DiffieHellman .DiffieHellman#computeSecret .DiffieHellman#generateKeys
		.DiffieHellman#getGenerator .DiffieHellman#getPrime .DiffieHellman#getPrivateKey .DiffieHellman#getPublicKey .DiffieHellman#setPrivateKey
		.DiffieHellman#setPublicKey .DiffieHellmanGroup .ECDH .ECDH#generateKeys .ECDH#getPublicKey .ECDH#setPublicKey .ECDH.convertKey .Hash#copy
		.Hash#digest .Hash#update .Hmac#digest .KeyObject .KeyObject#equals .KeyObject#toCryptoKey .KeyObject.from .Sign#sign .Sign#update .Verify#verify
		.X509Certificate .X509Certificate#checkEmail .X509Certificate#checkHost .X509Certificate#checkIP .X509Certificate#checkIssued
		.X509Certificate#checkPrivateKey .X509Certificate#toJSON .X509Certificate#toLegacyObject .X509Certificate#toString .X509Certificate#verify
		.argon2Sync .checkPrimeSync .createDiffieHellman .createDiffieHellmanGroup .createECDH .createPrivateKey .createPublicKey .createSecretKey
		.generateKeyPairSync .generateKeySync .generatePrimeSync .getCipherInfo .getCiphers .getCurves .getFips .getHashes .getMacs .getRandomValues
		.hash .hkdfSync .parsePKCS12 .pbkdf2Sync .privateDecrypt .privateEncrypt .publicDecrypt .publicEncrypt .randomFillSync .randomUUID .randomUUIDv7
		.scryptSync .secureHeapUsed .setEngine .setFips .timingSafeEqual
	dgram: .Socket#bindSync .Socket#connectSync .Socket#getRecvBufferSize .Socket#getSendBufferSize .Socket#getSendQueueCount .Socket#getSendQueueSize
	dns: .getDefaultResultOrder .getServers .promises.getServers .promises.setServers .setDefaultResultOrder .setServers
	events: #getMaxListeners .getEventListeners .getMaxListeners
	ffi: .DynamicLibrary#close .DynamicLibrary#getFunction .DynamicLibrary#getFunctions .DynamicLibrary#getSymbol .DynamicLibrary#getSymbols
		.DynamicLibrary#refCallback .DynamicLibrary#unrefCallback .DynamicLibrary#unregisterCallback .dlclose .dlsym .exportArrayBuffer
		.exportArrayBufferView .exportBuffer .exportString .getCurrentEventLoop .getFloat32 .getFloat64 .getInt16 .getInt32 .getInt64 .getInt8
		.getRawPointer .getUint16 .getUint32 .getUint64 .getUint8 .setFloat32 .setFloat64 .setInt16 .setInt32 .setInt64 .setInt8 .setUint16 .setUint32
		.setUint64 .setUint8 .toArrayBuffer .toBuffer .toString
	fs: .Dir .Dir#[Symbol.dispose] .Dir#closeSync .Dir#processReadResult .Dir#readSync .Dir#readSyncRecursive .Dirent .Dirent#isBlockDevice
		.Dirent#isCharacterDevice .Dirent#isDirectory .Dirent#isFIFO .Dirent#isFile .Dirent#isSocket .Dirent#isSymbolicLink .Stats .Stats#isFile
		.Utf8Stream#[Symbol.dispose] .Utf8Stream#flushSync .accessSync .appendFileSync .chmodSync .chownSync .closeSync .copyFileSync .cpSync .existsSync
		.fchmodSync .fchownSync .fdatasyncSync .fstatSync .fsyncSync .ftruncateSync .futimesSync .globSync .lchownSync .linkSync .lstatSync .lutimesSync
		.mkdirSync .mkdtempDisposableSync .mkdtempSync .openAsBlobSync .openSync .opendirSync .readFileSync .readSync .readdirSync .readlinkSync
		.readvSync .realpathSync .realpathSync.native .renameSync .rmSync .rmdirSync .statSync .statfsSync .symlinkSync .truncateSync .unlinkSync
		.unwatchFile .utimesSync .writeFileSync .writeSync .writevSync
	http: .Agent#getName .OutgoingMessage#getHeader .OutgoingMessage#getHeaderNames .OutgoingMessage#getHeaders .OutgoingMessage#getRawHeaderNames
		.OutgoingMessage#hasHeader
	http2: .Http2ServerResponse#getHeader .Http2ServerResponse#getHeaderNames .Http2ServerResponse#getHeaders .Http2ServerResponse#hasHeader
		.getDefaultSettings .getPackedSettings .getUnpackedSettings
	https: .Agent#getName
	inspector: .DOMStorage.domStorageItemAdded .DOMStorage.domStorageItemRemoved .DOMStorage.domStorageItemUpdated .DOMStorage.domStorageItemsCleared
		.DOMStorage.registerStorage .Network.dataReceived .Network.dataSent .Network.loadingFailed .Network.loadingFinished .Network.requestWillBeSent
		.Network.responseReceived .Network.webSocketClosed .Network.webSocketCreated .Network.webSocketHandshakeResponseReceived .NetworkResources.put
		.Session .Session#disconnect .close .console.assert .console.clear .console.count .console.countReset .console.debug .console.dir .console.dirxml
		.console.error .console.group .console.groupCollapsed .console.groupEnd .console.info .console.log .console.table .console.time .console.timeEnd
		.console.timeLog .console.trace .console.warn .url
	module: #load #require .SourceMap .SourceMap#findEntry .SourceMap#findOrigin .createRequire .enableCompileCache .findPackageJSON .findSourceMap
		.flushCompileCache .getCompileCacheDir .getSourceMapsSupport .isBuiltin .registerHooks .runMain .setSourceMapsSupport .stripTypeScriptTypes
		.syncBuiltinESMExports
	net: .BlockList .BlockList#addAddress .BlockList#addAddresses .BlockList#addCIDR .BlockList#addCIDRs .BlockList#addRange .BlockList#addSubnet
		.BlockList#check .BlockList#clear .BlockList#fromJSON .BlockList#removeAddress .BlockList#removeCIDR .BlockList#removeRange
		.BlockList#removeSubnet .BlockList#toJSON .BlockList.isBlockList .BoundSocket .BoundSocket#[Symbol.dispose] .BoundSocket#address
		.BoundSocket#close .BoundSocket#fd .Socket#getTypeOfService .SocketAddress.isSocketAddress .getDefaultAutoSelectFamily
		.getDefaultAutoSelectFamilyAttemptTimeout .isIP .isIPv4 .isIPv6 .setDefaultAutoSelectFamily .setDefaultAutoSelectFamilyAttemptTimeout
	os: .arch .availableParallelism .cpus .endianness .freemem .getPriority .homedir .homedir.withoutStackTrace .hostname .hostname.withoutStackTrace
		.loadavg .machine .networkInterfaces .platform .release .setPriority .tmpdir .totalmem .type .uptime .uptime.withoutStackTrace .userInfo .version
	path: .basename .dirname .extname .format .isAbsolute .join .matchesGlob .normalize .parse .relative .resolve .toNamespacedPath .win32.basename
		.win32.dirname .win32.extname .win32.format .win32.isAbsolute .win32.join .win32.matchesGlob .win32.normalize .win32.parse .win32.relative
		.win32.resolve .win32.toNamespacedPath
	perf_hooks: .Performance .Performance#clearMarks .Performance#clearMeasures .Performance#clearResourceTimings .Performance#eventLoopUtilization
		.Performance#getEntries .Performance#getEntriesByName .Performance#getEntriesByType .Performance#mark .Performance#markResourceTiming
		.Performance#measure .Performance#now .Performance#setResourceTimingBufferSize .Performance#timerify .Performance#toJSON .PerformanceEntry
		.PerformanceEntry#toJSON .PerformanceMark .PerformanceMark#toJSON .PerformanceMeasure .PerformanceMeasure#toJSON .PerformanceObserver
		.PerformanceObserver#disconnect .PerformanceObserver#takeRecords .PerformanceObserverEntryList .PerformanceObserverEntryList#getEntries
		.PerformanceObserverEntryList#getEntriesByName .PerformanceObserverEntryList#getEntriesByType .PerformanceResourceTiming
		.PerformanceResourceTiming#toJSON .createHistogram .createSlidingWindowHistogram .importHistogram .monitorEventLoopDelay
	process: .addUncaughtExceptionCaptureCallback .assert .availableMemory .binding .chdir .constrainedMemory .cpuUsage .cwd .finalization.unregister
		.getActiveResourcesInfo .getBuiltinModule .getegid .geteuid .getgid .getgroups .getuid .hasUncaughtExceptionCaptureCallback .hrtime
		.hrtime.bigint .initgroups .loadEnvFile .memoryUsage .memoryUsage.rss .ref .report.getReport .report.writeReport .resourceUsage
		.setSourceMapsEnabled .setUncaughtExceptionCaptureCallback .setegid .seteuid .setgid .setgroups .setuid .threadCpuUsage .umask .unref .uptime
	punycode: .decode .encode .toASCII .toUnicode .ucs2.decode .ucs2.encode
	querystring: .escape .parse .stringify .unescape .unescapeBuffer
	repl: .isValidSyntax
	sea: .getAsset .getAssetAsBlob .getAssetKeys .getRawAsset .isSea
	sqlite: .DatabaseSync .DatabaseSync#[Symbol.dispose] .DatabaseSync#aggregate .DatabaseSync#applyChangeset .DatabaseSync#close
		.DatabaseSync#createSession .DatabaseSync#createTagStore .DatabaseSync#deserialize .DatabaseSync#enableDefensive
		.DatabaseSync#enableLoadExtension .DatabaseSync#exec .DatabaseSync#function .DatabaseSync#loadExtension .DatabaseSync#location .DatabaseSync#open
		.DatabaseSync#prepare .DatabaseSync#serialize .DatabaseSync#setAuthorizer .Session .Session#[Symbol.dispose] .Session#changeset .Session#close
		.Session#patchset .StatementSync .StatementSync#[Symbol.dispose] .StatementSync#all .StatementSync#close .StatementSync#columns
		.StatementSync#get .StatementSync#iterate .StatementSync#resetStats .StatementSync#run .StatementSync#setAllowBareNamedParameters
		.StatementSync#setAllowUnknownNamedParameters .StatementSync#setReadBigInts .StatementSync#setReturnArrays .StatementSync#stat
	stream: .Readable#isPaused .Writable.WritableState#getBuffer .getDefaultHighWaterMark .isDestroyed .isDisturbed .isErrored .isReadable .isWritable
	stream/web: .ReadableStream#getReader .WritableStream#getWriter
	string_decoder: .StringDecoder .StringDecoder#end .StringDecoder#text .StringDecoder#write
	test: .getTestContext
	timers: .clearImmediate .clearInterval .clearTimeout .unenroll
	tls: .SecureContext .Server#getTicketKeys .TLSSocket#getCertificate .TLSSocket#getCipher .TLSSocket#getEphemeralKeyInfo .TLSSocket#getFinished
		.TLSSocket#getPeerCertificate .TLSSocket#getPeerFinished .TLSSocket#getPeerX509Certificate .TLSSocket#getProtocol .TLSSocket#getSession
		.TLSSocket#getSharedSigalgs .TLSSocket#getTLSTicket .TLSSocket#getX509Certificate .TLSSocket#isSessionReused .checkServerIdentity
		.convertALPNProtocols .createSecureContext .getCACertificates .getCertificateCompressionAlgorithms .getCiphers .setDefaultCACertificates
	trace_events: .createTracing .getEnabledCategories
	tty: .WriteStream#clearLine .WriteStream#clearScreenDown .WriteStream#cursorTo .WriteStream#getColorDepth .WriteStream#getWindowSize
		.WriteStream#hasColors .WriteStream#moveCursor .isatty
	url: .URL .URL#toJSON .URL#toString .URL.canParse .URL.createObjectURL .URL.parse .URL.revokeObjectURL .URLPattern .URLPattern#exec
		.URLPattern#test .URLSearchParams .URLSearchParams#append .URLSearchParams#delete .URLSearchParams#entries .URLSearchParams#forEach
		.URLSearchParams#get .URLSearchParams#getAll .URLSearchParams#has .URLSearchParams#keys .URLSearchParams#set .URLSearchParams#sort
		.URLSearchParams#toString .URLSearchParams#values .Url .Url#format .Url#parse .Url#parseHost .Url#resolve .Url#resolveObject .domainToASCII
		.domainToUnicode .fileURLToPath .fileURLToPathBuffer .format .parse .pathToFileURL .resolve .resolveObject .urlToHttpOptions
	util: .MIMEParams .MIMEParams#delete .MIMEParams#entries .MIMEParams#get .MIMEParams#has .MIMEParams#keys .MIMEParams#set .MIMEParams#toString
		.MIMEParams#values .MIMEType .MIMEType#toString .MIMEType.parse .TextDecoder .TextDecoder#decode .TextEncoder .TextEncoder#encode
		.TextEncoder#encodeInto .convertProcessSignalToExitCode .debug .deprecate .diff .format .formatWithOptions .getCallSite .getCallSites
		.getSystemErrorMap .getSystemErrorMessage .getSystemErrorName .inherits .inspect .inspect.styles.regexp .isArray .isBoolean .isBuffer .isDate
		.isDeepStrictEqual .isError .isFunction .isNull .isNullOrUndefined .isNumber .isObject .isPrimitive .isRegExp .isString .isSymbol .isUndefined
		.log .markPromiseAsHandled .parseArgs .parseEnv .setTraceSigInt .stripVTControlCharacters .styleText .toUSVString .types.isAnyArrayBuffer
		.types.isArgumentsObject .types.isArrayBuffer .types.isArrayBufferView .types.isAsyncFunction .types.isBigInt64Array .types.isBigIntObject
		.types.isBigUint64Array .types.isBooleanObject .types.isBoxedPrimitive .types.isCryptoKey .types.isDataView .types.isDate .types.isExternal
		.types.isFloat16Array .types.isFloat32Array .types.isFloat64Array .types.isGeneratorFunction .types.isGeneratorObject .types.isInt16Array
		.types.isInt32Array .types.isInt8Array .types.isKeyObject .types.isMap .types.isMapIterator .types.isModuleNamespaceObject .types.isNativeError
		.types.isNumberObject .types.isPromise .types.isProxy .types.isRegExp .types.isSet .types.isSetIterator .types.isSharedArrayBuffer
		.types.isStringObject .types.isSymbolObject .types.isTypedArray .types.isUint16Array .types.isUint32Array .types.isUint8Array
		.types.isUint8ClampedArray .types.isWeakMap .types.isWeakSet
	v8: .DefaultDeserializer .DefaultSerializer .Deserializer .Deserializer#getWireFormatVersion .Deserializer#readDouble .Deserializer#readHeader
		.Deserializer#readRawBytes .Deserializer#readUint32 .Deserializer#readUint64 .Deserializer#readValue .Deserializer#transferArrayBuffer
		.GCProfiler .GCProfiler#[Symbol.dispose] .GCProfiler#start .GCProfiler#stop .Serializer .Serializer#releaseBuffer .Serializer#transferArrayBuffer
		.Serializer#writeDouble .Serializer#writeHeader .Serializer#writeRawBytes .Serializer#writeUint32 .Serializer#writeUint64 .Serializer#writeValue
		.cachedDataVersionTag .deserialize .getCppHeapStatistics .getHeapCodeStatistics .getHeapSpaceStatistics .getHeapStatistics
		.isStringOneByteRepresentation .queryObjects .serialize .setFlagsFromString .startCpuProfile .startHeapProfile
		.startupSnapshot.isBuildingSnapshot .stopCoverage .takeCoverage .writeHeapSnapshot
	vm: .Script .Script#runInContext .Script#runInNewContext .Script#runInThisContext .compileFunction .createContext .createScript .isContext
		.runInContext .runInNewContext .runInThisContext
	wasi: .WASI .WASI#finalizeBindings .WASI#getImportObject .WASI#initialize .WASI#start
	worker_threads: .MessagePort#hasRef .getEnvironmentData .isMarkedAsUntransferable .markAsUncloneable .markAsUntransferable
		.moveMessagePortToContext .receiveMessageOnPort .setEnvironmentData
	zlib: .ZipBuffer .ZipEntry .ZipEntry.createStream .ZipEntry.createSymlink .ZipEntry.createSync .ZipEntry.read .ZipFile .ZipFile.openSync
		.brotliCompressSync .brotliDecompressSync .crc32 .createZipArchiveSync .deflateRawSync .deflateSync .getMaxZipContentSize .gunzipSync .gzipSync
		.inflateRawSync .inflateSync .setMaxZipContentSize .unzipSync .zstdCompressSync .zstdDecompressSync
`)

/** Those that cannot be tried, and why. */
export const untried = {
	'fs.promises.lchmod': 'macOS alone has it',
	'inspector.Session#connectToMainThread': 'in workers only; counted as `connect` is',
	'inspector.waitForDebugger': 'blocks until a debugger comes',
	'inspector.open': 'opens a port for debuggers, in a thread that leads to nothing here',
	'module.register': 'blocks until a thread of its own has begun; a test of its own is in census.test.ts',
	'process.abort': 'ends the process',
	'process.execve': 'ends the process',
	'process.exit': 'ends the process',
	'process.reallyExit': 'ends the process',
	'process.finalization.register': 'calls back when the process ends',
	'process.finalization.registerBeforeExit': 'calls back when the process ends',
	'process.dlopen': 'native code may do anything',
	'ffi.dlopen': 'native code may do anything',
	'ffi.DynamicLibrary': 'native code may do anything',
	'ffi.DynamicLibrary#registerCallback': 'native code may do anything',
	'tty.ReadStream': 'takes a terminal',
	'tty.WriteStream': 'takes a terminal',
	'tty.ReadStream#setRawMode': 'takes a terminal',
	'v8.setHeapSnapshotNearHeapLimit': 'works where memory ends',
	'v8.setHeapProfileNearHeapLimit': 'works where memory ends',
	'v8.startupSnapshot.addSerializeCallback': 'for snapshots',
	'v8.startupSnapshot.addDeserializeCallback': 'for snapshots',
	'v8.startupSnapshot.setDeserializeMainFunction': 'for snapshots',
	'v8.getHeapSnapshot': 'is complete when it returns; its stream is read by microtasks',
}

/** `fs: .open .Dir#read` of each line, and the lines that go on: `fs.open`, `fs.Dir#read`. */
function names(text) {
	let room = ''
	const found = new Set()
	for (const word of text.split(/\s+/)) {
		if (word.endsWith(':')) room = word === 'globals:' ? '' : word.slice(0, -1)
		else if (word !== '') found.add(room + word)
	}
	return found
}
