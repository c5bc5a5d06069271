// Package catalog holds the products and finds them by a misspelled name.
package catalog

import (
	"fmt"
	"math/rand"
	"sort"
	"strings"
)

// Products is how many there are.
const Products = 1000

type Product struct {
	ID    int
	Title string
	Cents int64
}

type Catalog struct {
	products []Product
	byWord   map[string][]int
	// Slow makes editDistance do half its work twice: the regression that a gate on CPU profiles has to find.
	Slow bool
}

var adjectives = []string{"small", "sturdy", "folding", "electric", "wooden", "painted", "silent", "waterproof"}
var nouns = []string{"kettle", "lantern", "bicycle", "bookshelf", "umbrella", "typewriter", "hammock", "telescope"}

// New makes the same products every time.
func New() *Catalog {
	random := rand.New(rand.NewSource(1))
	c := &Catalog{byWord: make(map[string][]int)}
	for id := range Products {
		title := fmt.Sprintf("%s %s mk %d", adjectives[random.Intn(len(adjectives))], nouns[random.Intn(len(nouns))], id%50)
		c.products = append(c.products, Product{ID: id, Title: title, Cents: 100 + random.Int63n(20000)})
		for _, word := range strings.Fields(title) {
			c.byWord[word] = append(c.byWord[word], id)
		}
	}
	return c
}

func (c *Catalog) Product(id int) Product { return c.products[id%len(c.products)] }

// Hit is one product found; a smaller distance is a better match.
type Hit struct {
	Product  Product
	Distance int
}

// Search returns the ten products closest to the query.
func (c *Catalog) Search(query string) []Hit {
	query = normalize(query)
	var hits []Hit
	for _, id := range c.candidates(query) {
		p := c.products[id]
		hits = append(hits, Hit{p, editDistance(query, p.Title, c.Slow)})
	}
	rank(hits)
	return hits[:min(len(hits), 10)]
}

func normalize(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// candidates are the products that share a word with the query; where there are none, every fourth product.
func (c *Catalog) candidates(query string) []int {
	seen := make(map[int]bool)
	var ids []int
	for _, word := range strings.Fields(query) {
		for _, id := range c.byWord[word] {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	for id := 0; len(seen) == 0 && id < len(c.products); id += 4 {
		ids = append(ids, id)
	}
	return ids
}

func rank(hits []Hit) {
	sort.Slice(hits, func(i, j int) bool {
		if hits[i].Distance != hits[j].Distance {
			return hits[i].Distance < hits[j].Distance
		}
		return hits[i].Product.ID < hits[j].Product.ID
	})
}

// editDistance counts the letters to insert, delete or replace to make b of a.
func editDistance(a, b string, slow bool) int {
	var rows [2][128]int
	above, row := &rows[0], &rows[1]
	width := min(len(b), len(row)-1)
	for j := 0; j <= width; j++ {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		passes := 1
		if slow && i%2 == 0 {
			passes = 2
		}
		for range passes {
			row[0] = i
			for j := 1; j <= width; j++ {
				cost := above[j-1]
				if a[i-1] != b[j-1] {
					cost++
				}
				row[j] = min(cost, above[j]+1, row[j-1]+1)
			}
		}
		above, row = row, above
	}
	return above[width]
}
