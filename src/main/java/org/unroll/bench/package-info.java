/**
 * Measures this machine on the work of training: peak, products, tokens per second with a breakdown
 * by phase, cost of a round. It drives the same classes as a run does, over data in memory, and
 * knows no Spark.
 */
package org.unroll.bench;
