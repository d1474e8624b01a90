export interface Order {
  id: string;
  side: 'buy' | 'sell';
  price: number;
  quantity: number;
  owner: string;
}

export interface Trade {
  buyer: string;
  seller: string;
  price: number;
  quantity: number;
}

export function match(book: readonly Order[], order: Order): { trades: Trade[]; book: Order[] } {
  const sign = order.side === 'buy' ? 1 : -1;
  const waiting = book
    .filter((other) => other.side !== order.side && sign * (order.price - other.price) >= 0)
    .sort((a, b) => sign * (a.price - b.price));
  const left = new Map(book.map((other) => [other, other.quantity]));
  const trades: Trade[] = [];
  let open = order.quantity;
  for (const other of waiting) {
    if (open === 0) break;
    const quantity = Math.min(open, other.quantity);
    const [buyer, seller] = order.side === 'buy' ? [order.owner, other.owner] : [other.owner, order.owner];
    trades.push({ buyer, seller, price: order.price, quantity });
    left.set(other, other.quantity - quantity);
    open -= quantity;
  }
  const rest = [...book.map((other) => ({ ...other, quantity: left.get(other)! })), { ...order, quantity: open }];
  return { trades, book: rest.filter(({ quantity }) => quantity > 0) };
}
