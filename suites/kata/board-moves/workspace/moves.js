export function towerMoves(board, square) {
  return [];
}
