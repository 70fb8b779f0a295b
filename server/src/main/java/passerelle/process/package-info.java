/** Programs that are started, watched, stopped and reaped: no HTTP, no CGI. */
package passerelle.process;
