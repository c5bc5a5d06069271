// Package pricefeed asks a (pretended) exchange for prices, and leaks goroutines on the way.
package pricefeed

import "time"

// Refresh asks for n quotes at once and gives up at the deadline. All n goroutines then wait forever, because
// nobody receives what they send: this is the leak of the goroutine profile.
func Refresh(n int, deadline time.Duration) {
	quotes := make(chan int)
	for id := range n {
		go fetchQuote(quotes, id, 2*deadline)
	}
	awaitQuotes(quotes, n, deadline)
}

func awaitQuotes(quotes <-chan int, n int, deadline time.Duration) {
	timeout := time.After(deadline)
	for range n {
		select {
		case <-quotes:
		case <-timeout:
			return
		}
	}
}

func fetchQuote(quotes chan<- int, id int, latency time.Duration) {
	time.Sleep(latency)
	quotes <- 100 + id
}
