// Bench answers a fixed list of requests without a network, one after the other, and writes a CPU profile:
// two runs of the same program differ as little as runs do, which is what a gate in CI compares.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"

	"example.com/shop/internal/loadgen"
	"example.com/shop/internal/web"
)

var (
	requests   = flag.Int("requests", 12000, "how many requests to answer")
	slow       = flag.Bool("slow", false, "make the search about half as slow again")
	cpuProfile = flag.String("cpuprofile", "cpu.pb.gz", "file to write")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	shop := web.New()
	shop.Catalog.Slow = *slow
	file, err := os.Create(*cpuProfile)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	source := loadgen.NewSource(1)
	for range *requests {
		if _, err := shop.Do(context.Background(), source.Next()); err != nil {
			return err
		}
	}
	return nil
}
