// Package report sums up what a tenant sold, as compressed JSON.
package report

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"time"
)

type row struct {
	Day     string `json:"day"`
	Product int    `json:"product"`
	Cents   int64  `json:"cents"`
}

// Monthly makes a tenant's report; a bigger seed is another month.
func Monthly(tenant string, days int, seed int64) ([]byte, error) {
	rows := make(chan row)
	go produce(rows, days, seed)
	text, err := render(tenant, collect(rows))
	if err != nil {
		return nil, err
	}
	return compress(text)
}

// produce hands over one row at a time, and between days waits for the (pretended) disk:
// collect blocks on the channel meanwhile, which is what the block profile shows.
func produce(rows chan<- row, days int, seed int64) {
	defer close(rows)
	for day := range days {
		if day%10 == 9 {
			time.Sleep(200 * time.Microsecond)
		}
		for product := range 8 {
			seed = seed*6364136223846793005 + 1442695040888963407
			rows <- row{fmt.Sprintf("2024-01-%02d", day+1), product, seed >> 44 & 0xffff}
		}
	}
}

func collect(rows <-chan row) []row {
	var all []row
	for r := range rows {
		all = append(all, r)
	}
	return all
}

func render(tenant string, rows []row) ([]byte, error) {
	totals := make(map[string]int64)
	for _, r := range rows {
		totals[r.Day] += r.Cents
	}
	return json.Marshal(struct {
		Tenant string           `json:"tenant"`
		Totals map[string]int64 `json:"totals"`
		Rows   []row            `json:"rows"`
	}{tenant, totals, rows})
}

func compress(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
