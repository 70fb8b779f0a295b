/**
 * What CGI, FastCGI and SCGI have in common (RFC 3875): meta-variables, the head of a script's
 * answer, the request's content, admission, and what is told of a run.
 */
package passerelle.gateway;
