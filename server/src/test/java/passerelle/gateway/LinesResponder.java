package passerelle.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import passerelle.http.Status;
import passerelle.http.StreamBody.Offer;
import passerelle.io.ClientKey;

/** A responder that is made of a test's lines: there is no process. */
final class LinesResponder implements Responder {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Step> steps;

  LinesResponder(List<Step> steps) {
    this.steps = steps;
  }

  @Override
  public @Nullable Status refusal(ClientKey client) {
    return null;
  }

  @Override
  public Run begin(Order order, Reply reply) {
    Playing run = new Playing(order, reply);
    threads.execute(run::play);
    return run;
  }

  /** Ends whatever is played. */
  void end() throws InterruptedException {
    threads.shutdownNow();
    threads.awaitTermination(1, TimeUnit.MINUTES);
  }

  /** It is stopped: what is left of the play is not played. */
  private static final class Stopped extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final class Playing implements Run {
    private final Order order;
    private final Reply reply;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final long deadlineNanos;
    private boolean hasHead;
    private boolean hasFailed;
    private int signal;

    /** The head, while it is not known whether that is all. */
    private byte @Nullable [] opening;

    Playing(Order order, Reply reply) {
      this.order = order;
      this.reply = reply;
      this.deadlineNanos = System.nanoTime() + order.limitNanos();
    }

    @Override
    public void stop() {
      stopped.countDown();
    }

    void play() {
      boolean wasStopped = false;
      int code = 0;
      try {
        for (Step step : steps) {
          code = step instanceof Step.Exits exits ? exits.code() : 0;
          perform(step);
        }
        end();
      } catch (Stopped e) {
        wasStopped = true;
      } catch (IOException | InterruptedException e) {
        reply.fail(Status.INTERNAL_SERVER_ERROR, e.toString());
      } finally {
        ScriptEnd end = new ScriptEnd(code, signal);
        reply.close(new Reply.Ending(end, wasStopped, List.of("lines"), "code=" + code));
      }
    }

    private void perform(Step step) throws Stopped, IOException, InterruptedException {
      if (step instanceof Step.Prints prints) {
        print(prints.text().getBytes(StandardCharsets.ISO_8859_1));
      } else if (step instanceof Step.PrintsMany many) {
        for (int left = many.octets(); left > 0; left -= 10_000) {
          print("x".repeat(Math.min(left, 10_000)).getBytes(StandardCharsets.US_ASCII));
        }
      } else if (step instanceof Step.Complains complains) {
        reply.errors((complains.line() + "\n").getBytes(StandardCharsets.UTF_8));
      } else if (step instanceof Step.Echoes) {
        print(content());
      } else if (step instanceof Step.Sleeps) {
        begin();
        await(new Semaphore(0));
      } else if (step instanceof Step.Pauses) {
        begin();
      } else if (step instanceof Step.Dies) {
        signal = 9;
      }
    }

    private byte[] content() throws IOException {
      Path file = order.content().file();
      if (file != null) {
        return Files.readAllBytes(file);
      }
      ByteBuffer memory = order.content().inMemory();
      byte[] octets = new byte[memory.remaining()];
      memory.get(octets);
      return octets;
    }

    private void print(byte[] octets) throws Stopped, InterruptedException {
      if (hasFailed) {
        return;
      }
      if (hasHead) {
        if (opening == null) {
          pass(ByteBuffer.wrap(octets));
          return;
        }
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(opening);
        more.writeBytes(octets);
        opening = more.toByteArray();
        if (hasContent()) {
          begin();
        }
        return;
      }
      ScriptResponseParser parser = order.parser();
      int used = parser.feed(octets, 0, octets.length);
      if (parser.isComplete()) {
        hasHead = true;
        opening = Arrays.copyOfRange(octets, used, octets.length);
      } else if (parser.problem() != null) {
        hasFailed = true;
        reply.fail(Status.BAD_GATEWAY, "gave no proper answer: " + parser.problem());
      }
    }

    private boolean hasContent() {
      return hasHead && order.parser().response().hasContent(order.wantsContent());
    }

    /** The head goes out, if there is one that has not. */
    private void begin() {
      if (opening != null) {
        reply.head(order.parser().response(), opening, false);
        opening = null;
      }
    }

    private void pass(ByteBuffer octets) throws Stopped, InterruptedException {
      Semaphore room = new Semaphore(0);
      Offer offer = reply.content(octets, room::release);
      while (offer == Offer.FULL) {
        await(room);
        offer = reply.content(octets, room::release);
      }
      if (offer == Offer.CLOSED) {
        throw new Stopped();
      }
    }

    /** Waits until something comes, but not beyond the end. */
    private void await(Semaphore something) throws Stopped, InterruptedException {
      while (!something.tryAcquire(5, TimeUnit.MILLISECONDS)) {
        if (stopped.getCount() == 0) {
          reply.fail(Status.BAD_GATEWAY, null);
          throw new Stopped();
        }
        if (System.nanoTime() - deadlineNanos > 0) {
          String trouble =
              hasHead
                  ? "was stopped at the time limit, with its answer unfinished"
                  : "did not answer within the time limit";
          reply.fail(Status.GATEWAY_TIMEOUT, trouble);
          throw new Stopped();
        }
      }
    }

    private void end() {
      if (signal == 0 || hasContent()) {
        begin();
      }
      if (signal != 0) {
        reply.fail(Status.BAD_GATEWAY, hasHead ? null : "ended without a complete head");
      } else if (hasHead) {
        reply.end();
      } else if (!hasFailed) {
        reply.fail(Status.BAD_GATEWAY, "ended without a complete head (fields, then a blank line)");
      }
    }
  }
}
