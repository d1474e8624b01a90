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
  return { trades: [], book: [...book, order] };
}
