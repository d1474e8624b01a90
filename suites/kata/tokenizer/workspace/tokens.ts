export interface Token {
  kind: 'number' | 'name' | 'string' | 'operator';
  text: string;
  at: number;
}

export function tokens(text: string): Token[] {
  return [];
}
