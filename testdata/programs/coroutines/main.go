// Runs coroutines (iter.Pull), and Go code on threads of C: `coroutines TRACE`. Some goroutines wait before the trace
// begins.
package main

/*
#cgo LDFLAGS: -pthread
#include <pthread.h>
#include <time.h>
void answer(int n);
static void *run(void *n) {
	for (int i = 0; i < 3; i++) answer((int)(long)n);
	return 0;
}
static void ask(int n) {
	pthread_t thread;
	pthread_create(&thread, 0, run, (void *)(long)n);
	pthread_join(thread, 0);
}
static void doze(int ms) {
	struct timespec t = {0, ms * 1000000L};
	nanosleep(&t, 0);
}
*/
import "C"

import (
	"iter"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

var served = make(chan int)

//export answer
func answer(n C.int) {
	served <- int(n)
	time.Sleep(time.Millisecond)
}

func numbers(yield func(int) bool) {
	for i := 0; i < 4; i++ {
		time.Sleep(time.Millisecond)
		if !yield(i) {
			return
		}
	}
}

func main() {
	f, _ := os.Create(os.Args[1])
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); C.doze(20) }()
	}
	next, stop := iter.Pull(iter.Seq[int](numbers))
	next()
	time.Sleep(2 * time.Millisecond)
	trace.Start(f)
	for {
		if _, ok := next(); !ok {
			break
		}
	}
	stop()
	early, stop := iter.Pull(iter.Seq[int](numbers))
	early()
	stop()
	go func() {
		for range served {
			runtime.Gosched()
		}
	}()
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); C.ask(C.int(i)) }()
	}
	wg.Wait()
	trace.Stop()
}
