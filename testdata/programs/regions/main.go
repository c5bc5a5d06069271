// Makes goroutines wait in regions and tasks of runtime/trace: `regions TRACE`.
package main

import (
	"context"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	f, _ := os.Create(os.Args[1])
	trace.Start(f)
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ctx, task := trace.NewTask(context.Background(), "checkout")
			c := make(chan int)
			trace.WithRegion(ctx, "pay", func() {
				go func() { time.Sleep(2 * time.Millisecond); c <- 1 }()
				<-c
				trace.WithRegion(ctx, "receipt", func() {
					go func() { time.Sleep(time.Millisecond); c <- 1 }()
					<-c
				})
			})
			trace.WithRegion(context.Background(), "plain", func() {
				go func() { time.Sleep(time.Millisecond); c <- 1 }()
				<-c
			})
			task.End()
		}()
	}
	wg.Wait()
	trace.Stop()
}
