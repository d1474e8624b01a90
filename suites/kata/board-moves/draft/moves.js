import { at, name, parse } from './board.js';

export function towerMoves(board, square) {
  const [column, row] = parse(square);
  if (at(board, column, row) !== 'T') return [];
  const moves = [];
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    let x = column + dx;
    let y = row + dy;
    while (x >= 0 && x < board[0].length && at(board, x, y) === '.') {
      moves.push(name(board, x, y));
      x += dx;
      y += dy;
    }
    if (at(board, x, y) === 't') moves.push(name(board, x, y));
  }
  return moves.sort();
}
