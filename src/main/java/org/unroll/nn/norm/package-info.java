/** Normalisation of what a recurrent layer adds up. */
package org.unroll.nn.norm;
