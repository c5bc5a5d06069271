// Package session remembers visitors, and never forgets one: this is the leak of the heap profiles.
package session

import (
	"strconv"
	"sync"
)

// Session is what one visitor looked at.
type Session struct {
	Tenant  string
	History []string
	page    []byte
}

type Cache struct {
	mu       sync.Mutex
	sessions map[string]*Session
	visitors int
}

func New() *Cache { return &Cache{sessions: make(map[string]*Session)} }

// Visit notes a page in the session of a visitor. Seven visitors of eight come back under the token they
// have; the eighth lost it and gets a new one, while the old session stays.
func (c *Cache) Visit(tenant, page string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.visitors++
	token := tenant + "-" + strconv.Itoa(c.visitors/8)
	s := c.sessions[token]
	if s == nil {
		s = c.leakSession(token, tenant)
	}
	s.History = append(s.History, page)
}

// leakSession is named after what is wrong with it: nothing ever deletes from the map.
func (c *Cache) leakSession(token, tenant string) *Session {
	s := &Session{Tenant: tenant}
	s.page = make([]byte, 8<<10)
	c.sessions[token] = s
	return s
}

// Len is the number of sessions kept.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sessions)
}
