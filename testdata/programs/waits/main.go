// Makes goroutines wait for each other, for the network, in system calls and for a processor: `waits COUNT TRACE`.
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

func worker(c chan int, wg *sync.WaitGroup, mu *sync.Mutex, sum *int) {
	defer wg.Done()
	for x := range c {
		mu.Lock()
		*sum += x
		mu.Unlock()
		if x%50 == 0 {
			time.Sleep(20 * time.Microsecond)
		}
		if x%997 == 0 {
			os.ReadFile("/proc/self/stat")
		}
	}
}

func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			b := make([]byte, 64)
			for {
				n, err := c.Read(b)
				if err != nil {
					return
				}
				c.Write(b[:n])
			}
		}()
	}
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	f, _ := os.Create(os.Args[2])
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	go echo(l)
	trace.Start(f)
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	c := make(chan int)
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go worker(c, &wg, &mu, &sum)
	}
	conn, _ := net.Dial("tcp", l.Addr().String())
	b := make([]byte, 64)
	for i := 0; i < n; i++ {
		c <- i
		if i%100 == 0 {
			conn.Write([]byte("hello"))
			conn.Read(b)
		}
		if i%5000 == 0 {
			runtime.GC()
		}
	}
	close(c)
	wg.Wait()
	trace.Stop()
	fmt.Println(sum)
}
