/** The Common Gateway Interface (RFC 3875) as a responder: a process for each run of a script. */
package passerelle.cgi;
