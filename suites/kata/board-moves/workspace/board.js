/*
 * A board is a list of strings, the row nearest to the players LAST; rows are counted from there, from 1, and columns
 * are letters from the left: 'a1' is the lower left corner.
 *
 *   .  an empty square        #  a rock: nothing stands on it or passes
 *   T  a tower of the mover    t  a tower of the opponent, which may be taken: the move ends there
 *   ~  water: a tower may pass over it, but not stay on it
 *   =  a bridge: a tower may stay on it, but not go any further
 *
 * The board is a ring: the columns go round, so that right of the last one comes the first one again. The rows do not.
 */

/** What is on a square; '#' for squares above or below the board. */
export function at(board, column, row) {
  const line = board[board.length - row];
  if (line === undefined) return '#';
  const width = line.length;
  return line[((column % width) + width) % width];
}

/** 'b3' gives [1, 3]. */
export function parse(square) {
  return [square.charCodeAt(0) - 97, Number(square.slice(1))];
}

/** [1, 3] gives 'b3'; columns off the board go round. */
export function name(board, column, row) {
  const width = board[0].length;
  return String.fromCharCode(97 + (((column % width) + width) % width)) + row;
}
