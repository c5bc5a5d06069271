// Prices baskets for two seconds and keeps some of them: a program to profile, see testdata/profiles/README.md.

class Basket {
    constructor(lines) {
        this.lines = lines;
    }

    total() {
        return this.lines.reduce((sum, line) => sum + line.price * line.count, 0);
    }
}

const kept = [];

function makeBasket(seed) {
    const lines = [];
    for (let i = 0; i < 200; i++) lines.push({ price: (seed * 31 + i * 17) % 997, count: 1 + (i % 5), name: 'item-' + ((seed * i) % 4096) });
    return new Basket(lines);
}

function sortLines(basket) {
    return [...basket.lines].sort((a, b) => a.name.localeCompare(b.name));
}

function discount(basket, depth) {
    return depth === 0 ? basket.total() : Math.min(basket.total(), discount(basket, depth - 1));
}

function serve(end) {
    let sum = 0;
    for (let seed = 0; Date.now() < end; seed++) {
        const basket = makeBasket(seed);
        sum += discount(basket, 5);
        sortLines(basket);
        if (seed % 10 === 0) kept.push(basket);
    }
    return sum;
}

serve(Date.now() + 2000);
