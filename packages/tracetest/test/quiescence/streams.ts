import { createInterface } from 'node:readline'
import { PassThrough, Readable, Transform, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { finished, pipeline } from 'node:stream/promises'
import { MessageChannel as Channel } from 'node:worker_threads'
import { type ListenedEvent, sources } from './source.js'

async function* slowly(parts: number): AsyncGenerator<string> {
	for (let i = 0; i < parts; i++) {
		await new Promise(resolve => setTimeout(resolve, 2))
		yield `part ${i}\n`
	}
}

export const streamSources: readonly ListenedEvent[] = sources({
	'stream.pipeline': async signal => {
		const upper = new Transform({ transform: (part, _, done) => setImmediate(done, null, String(part).toUpperCase()) })
		const slow = new Writable({ write: (_, __, done) => void setTimeout(done, 2) })
		await pipeline(Readable.from(slowly(3)), upper, slow)
		signal()
	},
	'stream.finished': async signal => {
		const stream = new PassThrough()
		stream.resume()
		setTimeout(() => stream.end(), 5)
		await finished(stream)
		signal()
	},
	'stream/consumers': async signal => {
		await text(Readable.from(slowly(3)))
		signal()
	},
	'readline over a stream': async signal => {
		for await (const _ of createInterface({ input: Readable.from(slowly(3)) }));
		signal()
	},
	ReadableStream: async signal => {
		const stream = new ReadableStream({
			async pull(controller) {
				await new Promise(resolve => setTimeout(resolve, 5))
				controller.close()
			},
		})
		await stream.getReader().read()
		signal()
	},
	TransformStream: async signal => {
		const from = ReadableStream.from(slowly(3))
		for await (const _ of from.pipeThrough(new TextEncoderStream()));
		signal()
	},
	'Blob.arrayBuffer': async signal => {
		await new Blob([Buffer.alloc(1_000_000), 'x']).arrayBuffer()
		signal()
	},
	'Blob.stream': async signal => {
		for await (const _ of new Blob([Buffer.alloc(1_000_000), 'x']).stream());
		signal()
	},
	'Response.text': async signal => {
		await new Response(ReadableStream.from(slowly(3)).pipeThrough(new TextEncoderStream())).text()
		signal()
	},
	'FormData over a Response': async signal => {
		const form = new FormData()
		form.set('a', new Blob(['b']))
		await new Response(form).formData()
		signal()
	},
	MessageChannel: (signal, defer) => {
		const { port1, port2 } = new Channel()
		port1.on('message', signal)
		setTimeout(() => port2.postMessage('late'), 5)
		defer(() => closed(port1))
	},
	'MessageChannel, not referenced': (signal, defer) => {
		const { port1, port2 } = new Channel()
		port1.on('message', signal)
		port1.unref()
		port2.postMessage('late')
		defer(() => closed(port1))
	},
	'MessageChannel of the web': (signal, defer) => {
		const { port1, port2 } = new MessageChannel()
		port1.addEventListener('message', signal)
		port1.start()
		setTimeout(() => port2.postMessage('late'), 5)
		defer(() => port1.close())
	},
	BroadcastChannel: (signal, defer) => {
		const [here, there] = [new BroadcastChannel('quiescence'), new BroadcastChannel('quiescence')]
		there.onmessage = signal
		setTimeout(() => here.postMessage('late'), 5)
		defer(() => {
			here.close()
			there.close()
		})
	},
})

function closed(port: InstanceType<typeof Channel>['port1']): Promise<void> {
	return new Promise(resolve => {
		port.once('close', resolve)
		port.close()
	})
}
