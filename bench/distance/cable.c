/*
 * A cable that is so long: two network devices, and what enters one leaves the other a fixed time later, in order.
 *
 *   cable NAME HERE THERE MICROSECONDS [LOST_PER_MILLION]
 *
 * The device NAME, with the address HERE, is in the network namespace in which this program was started. The other
 * end, with the address THERE, is in a namespace of its own, which this program makes and has no name for: others
 * enter it by way of /proc/PID/ns/net. Both devices and the namespace end with this program, however it ends.
 * "ready" is printed when both ends are up. SIGTERM and SIGINT end it; then it says what it carried and lost.
 *
 * As network cards do, the devices take up to 64 KiB of one connection at a time and leave checksums to each other.
 * When packets are to be lost, they come one by one instead. Each way holds up to HELD_OCTETS; when that is full,
 * nothing is taken in until there is room, and the kernel drops what its own queue for the device does not hold.
 *
 * Needs root, for the devices and the namespace. Exit code 1 and a line on standard error if something is missing.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HELD_OCTETS (48u << 20)
#define LARGEST (sizeof(struct virtio_net_hdr) + 65536)
#define ROOM (sizeof(struct parcel) + LARGEST)
#define MTU 1500
#define QUEUE 4000 /* packets that the kernel holds for a device */
#define AT_ONCE 32 /* packets taken from one end before the other has its turn */
#define SECOND 1000000000LL

/* What is under way, in front of its octets. */
struct parcel {
  int64_t due; /* nanoseconds of the monotonic clock */
  uint32_t length;
};

/* One direction. Positions only grow; a parcel never goes round the end of the memory. */
struct way {
  int from, to;
  uint8_t *memory;
  uint64_t first, next;
  uint64_t carried, lost, refused;
};

static volatile sig_atomic_t ended;

static void on_signal(int number) {
  (void)number;
  ended = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "cable: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void set_address(struct sockaddr *place, const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
    errno = EINVAL;
    fail(text);
  }
  memcpy(place, &address, sizeof address);
}

/* Makes a device in the present namespace, from one address to another, and brings it up; returns its descriptor. */
static int made_end(const char *name, const char *own, const char *other, bool whole) {
  struct ifreq ask = {0};
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  snprintf(ask.ifr_name, IFNAMSIZ, "%s", name);
  ask.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(device, TUNSETIFF, &ask) < 0) fail(name);
  if (whole && ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) < 0) fail("TUNSETOFFLOAD");

  int door = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (door < 0) fail("socket");
  set_address(&ask.ifr_addr, own);
  if (ioctl(door, SIOCSIFADDR, &ask) < 0) fail(own);
  set_address(&ask.ifr_dstaddr, other);
  if (ioctl(door, SIOCSIFDSTADDR, &ask) < 0) fail(other);
  ask.ifr_mtu = MTU;
  if (ioctl(door, SIOCSIFMTU, &ask) < 0) fail("MTU");
  ask.ifr_qlen = QUEUE;
  if (ioctl(door, SIOCSIFTXQLEN, &ask) < 0) fail("queue");
  if (ioctl(door, SIOCGIFFLAGS, &ask) < 0) fail("flags");
  ask.ifr_flags |= IFF_UP | IFF_RUNNING;
  if (ioctl(door, SIOCSIFFLAGS, &ask) < 0) fail("up");
  close(door);
  return device;
}

/* Where the parcel at this position is or would be: at the begin of the memory, if the rest is too short for any. */
static uint64_t settled(uint64_t position) {
  uint64_t rest = HELD_OCTETS - position % HELD_OCTETS;
  return rest < ROOM ? position + rest : position;
}

static struct parcel *at(struct way *way, uint64_t position) {
  return (struct parcel *)(way->memory + position % HELD_OCTETS);
}

static uint64_t after(uint64_t position, uint32_t length) {
  uint64_t end = position + sizeof(struct parcel) + length;
  return settled((end + 7) & ~(uint64_t)7);
}

static bool has_room(const struct way *way) { return way->next + ROOM - way->first <= HELD_OCTETS; }

/* Takes in what is there. */
static void take(struct way *way, int64_t delay, long lost_per_million) {
  int64_t due = now() + delay;
  for (int count = 0; count < AT_ONCE && has_room(way); count++) {
    struct parcel *parcel = at(way, way->next);
    ssize_t length = read(way->from, parcel + 1, LARGEST);
    if (length <= 0) return;
    if (lost_per_million > 0 && random() % 1000000 < lost_per_million) {
      way->lost++;
      continue;
    }
    parcel->due = due;
    parcel->length = (uint32_t)length;
    way->next = after(way->next, parcel->length);
  }
}

/* Hands over what is due; returns when the next one is, or INT64_MAX. */
static int64_t deliver(struct way *way) {
  int64_t time = now();
  while (way->first != way->next) {
    struct parcel *parcel = at(way, way->first);
    if (parcel->due > time) {
      time = now(); /* the last ones took a while */
      if (parcel->due > time) return parcel->due;
    }
    if (write(way->to, parcel + 1, parcel->length) < 0)
      way->refused++;
    else
      way->carried += parcel->length;
    way->first = after(way->first, parcel->length);
  }
  return INT64_MAX;
}

static void carry(struct way *ways, int64_t delay, long lost_per_million, const sigset_t *signals) {
  while (!ended) {
    int64_t next = deliver(&ways[0]), other = deliver(&ways[1]);
    if (other < next) next = other;
    struct pollfd asked[2];
    for (int i = 0; i < 2; i++) {
      asked[i] = (struct pollfd){.fd = has_room(&ways[i]) ? ways[i].from : -1, .events = POLLIN};
    }
    int64_t rest = next - now();
    if (rest < 0) rest = 0;
    struct timespec patience = {rest / SECOND, rest % SECOND};
    if (ppoll(asked, 2, next == INT64_MAX ? NULL : &patience, signals) < 0 && errno != EINTR) fail("ppoll");
    for (int i = 0; i < 2; i++) {
      if (asked[i].revents & (POLLERR | POLLHUP | POLLNVAL)) return;
      if (asked[i].revents) take(&ways[i], delay, lost_per_million);
    }
  }
}

int main(int count, char **words) {
  if (count < 5) {
    fputs("usage: cable NAME HERE THERE MICROSECONDS [LOST_PER_MILLION]\n", stderr);
    return 2;
  }
  const char *name = words[1], *here = words[2], *there = words[3];
  int64_t delay = atoll(words[4]) * 1000;
  long lost_per_million = count > 5 ? atol(words[5]) : 0;
  sigset_t held, signals;
  sigemptyset(&held);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGINT);
  sigprocmask(SIG_BLOCK, &held, &signals);
  sigdelset(&signals, SIGTERM);
  sigdelset(&signals, SIGINT);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  prctl(PR_SET_TIMERSLACK, 1);
  srandom(1);

  int near = made_end(name, here, there, lost_per_million == 0);
  if (unshare(CLONE_NEWNET) < 0) fail("a network namespace");
  int far = made_end(name, there, here, lost_per_million == 0);
  struct way ways[2] = {{.from = near, .to = far}, {.from = far, .to = near}};
  for (int i = 0; i < 2; i++) {
    ways[i].memory = mmap(NULL, HELD_OCTETS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ways[i].memory == MAP_FAILED) fail("memory");
  }
  puts("ready");
  fflush(stdout);
  carry(ways, delay, lost_per_million, &signals);
  for (int i = 0; i < 2; i++) {
    printf("%s: %llu octets carried, %llu packets lost, %llu refused\n", i ? "back" : "there",
           (unsigned long long)ways[i].carried, (unsigned long long)ways[i].lost,
           (unsigned long long)ways[i].refused);
  }
  return 0;
}
