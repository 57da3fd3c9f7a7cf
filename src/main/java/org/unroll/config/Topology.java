package org.unroll.config;

/** The shape of a network's input and output. */
public enum Topology {
  /** One output per input step. */
  MANY_TO_MANY,
  /** One output per sequence. */
  MANY_TO_ONE
}
