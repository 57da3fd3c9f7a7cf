/** From an averaged gradient to new parameters: clipping, schedules, optimisers. */
package org.unroll.optim;
