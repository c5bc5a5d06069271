// Package loadgen thinks up requests, the same ones every time, and sends them.
package loadgen

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"example.com/shop/internal/web"
)

var tenants = []string{"acme", "acme", "acme", "acme", "globex", "globex", "initech", "umbrella"}
var endpoints = []string{"/search", "/search", "/search", "/checkout", "/checkout", "/report"}
var words = []string{"sturdy lantern", "foldng bicycle", "Electric  Kettle mk 7", "hamock", "wooden bookshelf mk", "telescop"}

// Source yields requests; those of equal seeds are equal.
type Source struct{ random *rand.Rand }

func NewSource(seed int64) *Source { return &Source{rand.New(rand.NewSource(seed))} }

func pick(r *rand.Rand, from []string) string { return from[r.Intn(len(from))] }

func (s *Source) Next() web.Query {
	return web.Query{
		Endpoint: pick(s.random, endpoints),
		Tenant:   pick(s.random, tenants),
		Words:    pick(s.random, words),
		Number:   s.random.Intn(1 << 20),
	}
}

// Run sends requests from several workers, at most `requests` (0: no such limit) and until ctx ends.
// Workers rest between requests, so that one machine can serve and ask at once.
func Run(ctx context.Context, base string, workers, requests int, rest time.Duration) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			runWorker(ctx, base, int64(w), requests/workers, rest)
		}()
	}
	wg.Wait()
}

func runWorker(ctx context.Context, base string, seed int64, requests int, rest time.Duration) {
	source := NewSource(seed)
	for n := 0; (requests == 0 || n < requests) && ctx.Err() == nil; n++ {
		if err := send(ctx, base, source.Next()); err != nil && ctx.Err() == nil {
			fmt.Println("load:", err)
			return
		}
		time.Sleep(rest)
	}
}

func send(ctx context.Context, base string, q web.Query) error {
	form := url.Values{"tenant": {q.Tenant}, "q": {q.Words}, "n": {strconv.Itoa(q.Number)}}
	request, err := http.NewRequestWithContext(ctx, "GET", base+q.Endpoint+"?"+form.Encode(), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
