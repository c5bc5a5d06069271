// Server is a small shop that serves and asks itself, on loopback only. It exists to be profiled:
// its profiles are at /debug/pprof/.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/loadgen"
	"example.com/shop/internal/pricefeed"
	"example.com/shop/internal/web"
)

var (
	port       = flag.Int("port", 6060, "port on 127.0.0.1")
	workers    = flag.Int("workers", 8, "clients asking at the same time")
	requests   = flag.Int("requests", 0, "stop after so many requests (0: after -for)")
	rest       = flag.Duration("rest", 4*time.Millisecond, "pause of a client between requests")
	duration   = flag.Duration("for", time.Minute, "stop after so long")
	slow       = flag.Bool("slow", false, "make the search about half as slow again")
	memRate    = flag.Int("memrate", 4<<10, "bytes allocated per sample of the heap profile")
	cpuProfile = flag.String("cpuprofile", "", "write a CPU profile of the whole run to this file")
)

func main() {
	flag.Parse()
	runtime.MemProfileRate = *memRate // not Go's 512 KiB: a short run has to give full profiles
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run() error {
	shop := web.New()
	shop.Catalog.Slow = *slow
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	http.Handle("/", shop)
	go http.Serve(listener, nil)
	pricefeed.Refresh(catalog.Products, 50*time.Millisecond)

	stop, err := startCPUProfile(*cpuProfile)
	if err != nil {
		return err
	}
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), *duration)
	defer cancel()
	loadgen.Run(ctx, "http://"+listener.Addr().String(), *workers, *requests, *rest)
	fmt.Println("sessions kept:", shop.Sessions.Len())
	return nil
}

func startCPUProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		file.Close()
	}, nil
}
