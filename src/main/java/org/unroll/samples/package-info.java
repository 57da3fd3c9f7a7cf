/** Data that anyone can make: tasks with a known answer, each a function of its seed. */
package org.unroll.samples;
