/** Output layers with their losses. All compute from logits. */
package org.unroll.nn.head;
