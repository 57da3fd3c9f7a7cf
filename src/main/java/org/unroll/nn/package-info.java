/**
 * The network: an input, a stack of layers, a head. Forward and back through time over one block;
 * it knows neither where blocks come from nor what becomes of the gradient.
 */
package org.unroll.nn;
