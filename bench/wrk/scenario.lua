-- For wrk: pipelining, an exact count of the statuses, and a summary that a program can read.
--
--   wrk … -s scenario.lua URL -- [DEPTH] [count]
--
-- DEPTH   how many requests go out in one write (default 1)
-- count   look at the status of every answer; this slows wrk down, so it is for a run that
--         checks, not for one that measures
--
-- No function is called per request unless "count" is given: the requests are made once, in init.

local threads = {}

function setup(thread)
   table.insert(threads, thread)
end

function init(args)
   local depth = tonumber(args[1] or "1")
   local requests = string.rep(wrk.format(), depth)
   -- wrk asks for the text of its request once, after this.
   wrk.format = function() return requests end

   statuses = {}
   if args[2] == "count" then
      response = function(status)
         local key = tostring(status)
         statuses[key] = (statuses[key] or 0) + 1
      end
   end
end

function done(summary, latency)
   local counts = {}
   for _, thread in ipairs(threads) do
      for status, count in pairs(thread:get("statuses")) do
         counts[status] = (counts[status] or 0) + count
      end
   end
   local listed = {}
   for status, count in pairs(counts) do
      table.insert(listed, string.format('"%s": %d', status, count))
   end
   local e = summary.errors
   io.write(string.format(
      'SUMMARY {"micros": %d, "requests": %d, "bytes": %d, '
      .. '"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d, '
      .. '"latency_micros": {"p50": %d, "p90": %d, "p99": %d, "p99.9": %d, "max": %d}, "statuses": {%s}}\n',
      summary.duration, summary.requests, summary.bytes,
      e.connect, e.read, e.write, e.timeout, e.status,
      latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9),
      latency.max,
      table.concat(listed, ", ")))
end
