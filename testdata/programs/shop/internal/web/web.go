// Package web is the service: three endpoints, each labelled with its name and the tenant it works for.
package web

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime/pprof"
	"strconv"
	"sync/atomic"

	"example.com/shop/internal/catalog"
	"example.com/shop/internal/checkout"
	"example.com/shop/internal/report"
	"example.com/shop/internal/session"
	"example.com/shop/internal/store"
)

type Shop struct {
	Catalog  *catalog.Catalog
	Sessions *session.Cache
	desk     *checkout.Desk
	reports  atomic.Int64
}

func New() *Shop {
	c := catalog.New()
	return &Shop{Catalog: c, Sessions: session.New(), desk: checkout.New(c)}
}

// Query is a request taken apart: the words to search for, or a number to choose products by.
type Query struct {
	Endpoint, Tenant, Words string
	Number                  int
}

// Do answers one query, under its labels.
func (s *Shop) Do(ctx context.Context, q Query) (answer any, err error) {
	labels := pprof.Labels("endpoint", q.Endpoint, "tenant", q.Tenant)
	pprof.Do(ctx, labels, func(context.Context) {
		s.Sessions.Visit(q.Tenant, q.Endpoint)
		switch q.Endpoint {
		case "/search":
			answer = s.Catalog.Search(q.Words)
		case "/checkout":
			answer, err = s.checkout(q)
		case "/report":
			answer, err = s.report(q)
		}
	})
	return answer, err
}

func (s *Shop) checkout(q Query) (checkout.Receipt, error) {
	conn := store.Open(q.Tenant)
	defer conn.Close()
	first := conn.Query(q.Number)
	return s.desk.Pay(q.Tenant, []int{first % catalog.Products, q.Number % catalog.Products})
}

// report closes its connection on every way out but one: each 16th report comes from the cache.
func (s *Shop) report(q Query) ([]byte, error) {
	conn := store.Open(q.Tenant)
	if s.reports.Add(1)%16 == 0 {
		return []byte("cached"), nil
	}
	defer conn.Close()
	days := 10
	if q.Tenant == "acme" { // the big customer
		days = 30
	}
	return report.Monthly(q.Tenant, days, int64(conn.Query(q.Number)))
}

// ServeHTTP takes /ENDPOINT?tenant=T&q=WORDS&n=NUMBER.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	form := r.URL.Query()
	number, _ := strconv.Atoi(form.Get("n"))
	answer, err := s.Do(r.Context(), Query{r.URL.Path, form.Get("tenant"), form.Get("q"), number})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
