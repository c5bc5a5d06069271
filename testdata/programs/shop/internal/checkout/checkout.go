// Package checkout prices a basket, takes it from the stock and signs the receipt.
package checkout

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"example.com/shop/internal/catalog"
)

var ErrEmpty = errors.New("the basket is empty")

// Desk is where all tenants pay, and all wait for its one lock.
type Desk struct {
	catalog *catalog.Catalog
	mu      sync.Mutex
	stock   map[int]int
	last    string // the signature of the last receipt
}

func New(c *catalog.Catalog) *Desk { return &Desk{catalog: c, stock: make(map[int]int)} }

type Receipt struct {
	Tenant    string
	Cents     int64
	Signature string
}

// Pay takes the products with these ids from the stock.
func (d *Desk) Pay(tenant string, ids []int) (Receipt, error) {
	if len(ids) == 0 {
		return Receipt{}, ErrEmpty
	}
	r := Receipt{Tenant: tenant, Cents: d.price(ids)}
	d.book(&r, ids)
	return r, nil
}

func (d *Desk) price(ids []int) int64 {
	var sum int64
	for _, id := range ids {
		sum += addTax(d.catalog.Product(id).Cents)
	}
	return sum
}

func addTax(cents int64) int64 { return cents + cents*19/100 }

// book signs under the lock, for each receipt is chained to the one before: that is what the mutex profile shows.
func (d *Desk) book(r *Receipt, ids []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		d.stock[id]--
	}
	d.restock()
	d.last = sign(d.last, r)
	r.Signature = d.last
}

func (d *Desk) restock() {
	for id, left := range d.stock {
		if left < 0 {
			d.stock[id] = 20
		}
	}
}

// sign hashes over and over so that a receipt is costly to forge.
func sign(last string, r *Receipt) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", last, r.Tenant, r.Cents))
	for range 2000 {
		sum = sha256.Sum256(sum[:])
	}
	return hex.EncodeToString(sum[:])
}
