package org.unroll.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Produces elements a batch at a time, so that a task holds no more than a batch. */
abstract class BatchIterator<T> implements Iterator<T> {
  private Iterator<T> batch;
  private boolean ended;

  /** The next batch, possibly empty, or null after the last. */
  abstract Iterator<T> nextBatch();

  @Override
  public boolean hasNext() {
    while (!ended && (batch == null || !batch.hasNext())) {
      batch = nextBatch();
      ended = batch == null;
    }
    return !ended;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return batch.next();
  }
}
