// Package store pretends to be a database. Its connections are counted in a profile of their own, open_conns,
// whose stacks say who opened those that nobody closed.
package store

import "runtime/pprof"

var openConns = pprof.NewProfile("open_conns")

type Conn struct {
	tenant string
	buffer []byte
}

// Open opens a connection that the caller has to close.
func Open(tenant string) *Conn {
	c := &Conn{tenant: tenant, buffer: make([]byte, 512)}
	openConns.Add(c, 1) // 1: the stack starts in the function that called Open
	return c
}

func (c *Conn) Close() { openConns.Remove(c) }

// Query sums up a key; what matters is that it takes a moment.
func (c *Conn) Query(key int) int {
	sum := len(c.tenant)
	for i := range c.buffer {
		c.buffer[i] += byte(key + i)
		sum += int(c.buffer[i])
	}
	return sum
}
