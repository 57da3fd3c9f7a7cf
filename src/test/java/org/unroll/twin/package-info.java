/**
 * The network once more, in double precision and as plainly as its equations are printed: scalars
 * on a tape that differentiates itself. It shares no code with the network that trains, so that an
 * agreement of the two means something. Beside it: fixtures made by PyTorch, finite differences and
 * the generators and comparers that the contract tests use.
 */
package org.unroll.twin;
