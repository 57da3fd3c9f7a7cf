package org.unroll.config;

import java.io.Serializable;

/** A column of delimited rows. */
public sealed interface Column extends Serializable {

  /** No column was given. */
  record None() implements Column {
    @Override
    public String toString() {
      return "";
    }
  }

  /**
   * A column by position.
   *
   * @param index from 0
   */
  record Index(int index) implements Column {
    /** Refuses negative positions. */
    public Index {
      if (index < 0) {
        throw new IllegalArgumentException("a column must be at least 0, got " + index);
      }
    }

    @Override
    public String toString() {
      return Integer.toString(index);
    }
  }

  /**
   * A column by its name in the header.
   *
   * @param name as written in the header
   */
  record Name(String name) implements Column {
    /** Refuses empty names. */
    public Name {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a column's name must not be empty");
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
