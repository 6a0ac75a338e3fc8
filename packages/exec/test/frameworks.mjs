// The same three routes in the frameworks that people use. In JavaScript: their types need libraries of the browser, or
// packages of their own.

import http from 'node:http'
import { serve } from '@hono/node-server'
import { currentTask } from '@tsgotrace/exec'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'

const kind = () => String(currentTask()?.kind)
const later = () => new Promise(resolve => setTimeout(resolve, 1))
const boom = async () => {
	throw new Error('boom')
}

export async function fastify() {
	const app = Fastify()
	app.get('/api/items/:id', async () => {
		await later()
		return kind()
	})
	app.get('/api/boom', boom)
	await app.listen({ port: 0, host: '127.0.0.1' })
	return app.server
}

export async function expressApp() {
	const app = express()
	const router = express.Router()
	router.get('/items/:id', async (_, response) => {
		await later()
		response.send(kind())
	})
	router.get('/boom', boom)
	app.use('/api', router)
	app.use((_error, _request, response, _next) => void response.status(500).end())
	const server = http.createServer(app)
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
	return server
}

export async function hono() {
	const app = new Hono()
	app.get('/api/items/:id', async context => {
		await later()
		return context.text(kind())
	})
	app.get('/api/boom', boom)
	app.onError((_, context) => context.text('error', 500))
	return new Promise(resolve => {
		const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server))
	})
}
