/** The event loop: one Selector, one thread, and the few doors through which others reach it. */
package passerelle.reactor;
