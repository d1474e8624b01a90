import { at, name, parse } from './board.js';

export function towerMoves(board, square) {
  const [column, row] = parse(square);
  if (at(board, column, row) !== 'T') return [];
  const moves = new Set();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    for (let x = column + dx, y = row + dy; ; x += dx, y += dy) {
      const here = at(board, x, y);
      if (here === '#' || here === 'T') break;
      if (here !== '~') moves.add(name(board, x, y));
      if (here === 't' || here === '=') break;
    }
  }
  return [...moves].sort();
}
