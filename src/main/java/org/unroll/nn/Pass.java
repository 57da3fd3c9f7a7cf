package org.unroll.nn;

import org.unroll.batch.Block;
import org.unroll.hash.Hash;

/**
 * What the layers need to know of one way through the network: the block, and whether it is
 * training. Reused from block to block.
 */
public final class Pass {
  private static final long DROPOUT = 0x44524F50L;

  private Block block;
  private boolean training;
  private boolean carry;
  private int truncate;
  private long seed;
  private int epoch;
  private int window;
  private int windows = 1;

  /**
   * A training pass.
   *
   * @param truncate cut the gradient every so many steps; 0 is never
   * @param seed seed of the run
   * @param epoch epoch, from 0: dropout masks are new in each
   */
  public Pass training(Block block, int truncate, long seed, int epoch) {
    this.block = block;
    this.truncate = truncate;
    this.seed = seed;
    this.epoch = epoch;
    training = true;
    carry = false;
    return window(0, 1);
  }

  /**
   * A pass without gradient.
   *
   * @param carry whether each lane goes on from the state in which the pass before left it
   */
  public Pass evaluation(Block block, boolean carry) {
    this.block = block;
    this.carry = carry;
    training = false;
    return window(0, 1);
  }

  /**
   * Makes this a pass over one of the windows that longer sequences are cut into; their states and
   * gradients go from window to window.
   *
   * @param window number of the window, from 0
   * @param windows how many there are
   */
  public Pass window(int window, int windows) {
    this.window = window;
    this.windows = windows;
    return this;
  }

  /**
   * A pass over a block that is made of this one's, such as of the characters of its words: whole,
   * with a state of its own, training if this is.
   *
   * @param inner the block
   * @param made the pass, of {@code inner} from now on
   */
  public void within(Block inner, Pass made) {
    made.block = inner;
    made.training = training;
    made.carry = false;
    made.truncate = 0;
    made.seed = seed;
    made.epoch = epoch;
    made.window(0, 1);
  }

  /** Number of the window, from 0. */
  public int window() {
    return window;
  }

  /** Whether the sequences have steps before those of the block. */
  public boolean enters() {
    return window > 0;
  }

  /** Whether sequences have steps behind those of the block. */
  public boolean leaves() {
    return window + 1 < windows;
  }

  /** The block. */
  public Block block() {
    return block;
  }

  /** Whether a gradient will be wanted, and dropout applies. */
  public boolean isTraining() {
    return training;
  }

  /** Whether the initial state is the final one of the pass before. */
  public boolean carry() {
    return carry;
  }

  /** Steps after which the gradient's flow through time is cut; 0 is never. */
  public int truncate() {
    return truncate;
  }

  /** Dropout key of a lane for one layer: the sequence decides, never the lane it stands in. */
  public int dropoutKey(int lane, int layer) {
    return (int) (Hash.of(Hash.of(DROPOUT, seed, epoch), block.id(lane), layer) >>> 32);
  }
}
