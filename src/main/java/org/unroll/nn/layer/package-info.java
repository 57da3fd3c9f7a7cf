/** Layers between the symbols and the head: values of all steps in, values of all steps out. */
package org.unroll.nn.layer;
