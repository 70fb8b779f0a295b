/*
 * A yardstick, not a server: what one thread can do on this machine that only moves octets.
 *
 *   epoll PORT FILE [close]
 *
 * It listens on 127.0.0.1 and answers the end of each request head, whatever was asked for, with the same
 * prepared octets: a head of the usual fields, and what the file held at the start. Nothing is parsed;
 * an empty line is looked for, so that requests that come in one piece are counted. With "close" each
 * connection ends after its first answer. One thread, level-triggered epoll, as few system calls as there
 * can be: one read and one write for all requests that came together.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 512
#define IN_A_ROW 16
#define MOST_CONTENT (1 << 20)

struct connection {
    int matched; /* octets of the empty line's "\r\n\r\n" that have been seen */
    size_t owed; /* octets of answers that are still to be written */
};

static char *answers; /* IN_A_ROW times the same answer */
static size_t length; /* of one */
static int closes;
static int loop;
static struct connection *connections; /* by descriptor */
static size_t room;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void prepare(const char *name)
{
    FILE *file = fopen(name, "rb");
    char *content = malloc(MOST_CONTENT);
    if (!file || !content)
        fail(name);
    size_t size = fread(content, 1, MOST_CONTENT, file);
    fclose(file);

    char date[64], head[512];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    int head_length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\n"
        "Date: %s\r\n"
        "Server: epoll\r\n"
        "ETag: \"18ea69346cca7c00-400-21c935\"\r\n"
        "Last-Modified: %s\r\n"
        "Cache-Control: no-cache\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Accept-Ranges: bytes\r\n"
        "Content-Length: %zu\r\n"
        "%s\r\n",
        date, date, size, closes ? "Connection: close\r\n" : "");

    length = head_length + size;
    answers = malloc(IN_A_ROW * length);
    if (!answers)
        fail("malloc");
    for (size_t i = 0; i < IN_A_ROW; i++) {
        memcpy(answers + i * length, head, head_length);
        memcpy(answers + i * length + head_length, content, size);
    }
    free(content);
}

static int listening(int port)
{
    int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one))
        fail("socket");
    if (bind(listener, (struct sockaddr *) &address, sizeof address) || listen(listener, 1024))
        fail("bind");
    return listener;
}

static void watch(int fd, int operation, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(loop, operation, fd, &event))
        fail("epoll_ctl");
}

static void accept_all(int listener)
{
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if ((size_t) fd >= room) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd] = (struct connection){0, 0};
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static size_t heads_in(struct connection *c, const char *octets, size_t count)
{
    size_t heads = 0;
    for (size_t i = 0; i < count; i++) {
        if (octets[i] == "\r\n\r\n"[c->matched])
            c->matched++;
        else
            c->matched = octets[i] == '\r';
        if (c->matched == 4) {
            c->matched = 0;
            heads++;
        }
    }
    return heads;
}

/* Writes what is owed; 1 if all of it went out, 0 if the socket is full, -1 if the client is gone. */
static int send_owed(int fd, struct connection *c)
{
    while (c->owed > 0) {
        size_t from = (length - c->owed % length) % length;
        size_t count = IN_A_ROW * length - from;
        ssize_t sent = write(fd, answers + from, c->owed < count ? c->owed : count);
        if (sent < 0)
            return errno == EAGAIN ? 0 : -1;
        c->owed -= sent;
    }
    return 1;
}

static void on_event(int fd, unsigned events)
{
    static char input[16 << 10];
    struct connection *c = &connections[fd];
    int was_blocked = c->owed > 0;
    if (!was_blocked) {
        ssize_t count = read(fd, input, sizeof input);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            close(fd);
            return;
        }
        size_t heads = heads_in(c, input, count);
        c->owed = (closes && heads > 1 ? 1 : heads) * length;
        if (heads == 0)
            return;
    } else if (events & (EPOLLERR | EPOLLHUP)) {
        close(fd);
        return;
    }
    int done = send_owed(fd, c);
    if (done < 0 || (done && closes))
        close(fd);
    else if (done && was_blocked)
        watch(fd, EPOLL_CTL_MOD, EPOLLIN);
    else if (!done && !was_blocked)
        watch(fd, EPOLL_CTL_MOD, EPOLLOUT);
}

int main(int count, char **words)
{
    if (count < 3 || count > 4 || (count == 4 && strcmp(words[3], "close"))) {
        fprintf(stderr, "usage: epoll PORT FILE [close]\n");
        return 2;
    }
    closes = count == 4;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    room = limit.rlim_cur < (1 << 20) ? limit.rlim_cur : 1 << 20;
    connections = calloc(room, sizeof *connections);
    loop = epoll_create1(0);
    if (!connections || loop < 0)
        fail("epoll_create1");
    prepare(words[2]);
    int listener = listening(atoi(words[1]));
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(loop, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener);
            else
                on_event(events[i].data.fd, events[i].events);
        }
    }
}
