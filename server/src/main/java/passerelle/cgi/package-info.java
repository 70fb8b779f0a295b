/** The Common Gateway Interface (RFC 3875): from a request to a script and back. */
package passerelle.cgi;
