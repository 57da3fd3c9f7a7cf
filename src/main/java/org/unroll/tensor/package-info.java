/**
 * Matrices in the layout {@code [step][feature][lane]} and the kernels that work on them.
 *
 * <p>The activations of one time step are one matrix, features × lanes: a row is a unit, a column
 * (a lane) is one sequence. Element-wise work runs along lanes, and the output of one step is
 * already the right operand of the next product.
 */
package org.unroll.tensor;
