//trace:import
//trace:import   // a remark
//trace:import hello
//trace:import "hello
//trace:import 'hello"
//trace:import ""
//trace:import "/absolute"
//trace:import "hello world"
//trace:import "hello:traceX"
//trace:import a b "hello"
//trace:import 1a "hello"
//trace:import "hello" and more
//trace:import `hello`
	//trace:import "https://example.com/x"
export {}
