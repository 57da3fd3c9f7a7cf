package org.unroll.metric;

import org.unroll.batch.Block;

/** The distance of Levenshtein (1966). Reused, and confined to one thread. */
final class EditDistance {
  /** Of the answer so far to each beginning of the text. */
  private int[] distance = new int[0];

  /**
   * The least number of symbols to be inserted, left out or replaced.
   *
   * @param block with the right text
   * @param lane of it
   * @param answer another text
   * @param length of that
   */
  int between(Block block, int lane, int[] answer, int length) {
    int symbols = block.textLength(lane);
    if (distance.length <= symbols) {
      distance = new int[symbols + 1 + symbols / 2];
    }
    for (int i = 0; i <= symbols; i++) {
      distance[i] = i;
    }
    for (int j = 1; j <= length; j++) {
      int diagonal = distance[0];
      distance[0] = j;
      for (int i = 1; i <= symbols; i++) {
        int replaced = diagonal + (block.textSymbol(lane, i - 1) == answer[j - 1] ? 0 : 1);
        diagonal = distance[i];
        distance[i] = Math.min(replaced, 1 + Math.min(distance[i - 1], distance[i]));
      }
    }
    return distance[symbols];
  }
}
