/**
 * Training: the exact sum of gradients, the rounds, evaluation, the state that can be saved. It
 * knows no Spark: a {@link org.unroll.train.GradientSource} gives it the gradient of a round, and
 * it cannot tell a cluster from a loop.
 */
package org.unroll.train;
