// A program that serves its own profiles on a port of its choice and, if an argument names one, a Unix socket. It
// prints the address. testdata/run-http builds it where Go is there.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

var kept [][]byte

func fill() {
	for i := 0; i < 64; i++ {
		kept = append(kept, make([]byte, 1<<20))
	}
}

func main() {
	fill()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	if len(os.Args) > 1 {
		u, err := net.Listen("unix", os.Args[1])
		if err != nil {
			panic(err)
		}
		go http.Serve(u, nil)
	}
	fmt.Println(l.Addr())
	http.Serve(l, nil)
}
