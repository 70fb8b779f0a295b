/** The composition root: command line, settings, start and shutdown. */
package passerelle.app;
