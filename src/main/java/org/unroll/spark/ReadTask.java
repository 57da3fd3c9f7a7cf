package org.unroll.spark;

import java.io.Serializable;
import java.util.List;

/** What one Spark task reads. */
record ReadTask(List<ReadUnit> units) implements Serializable {}
