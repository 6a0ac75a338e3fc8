// From outside, by name, as another package would; no build is needed.
//trace:import "test-files"
//trace:import conn "../src/net"
export {}
