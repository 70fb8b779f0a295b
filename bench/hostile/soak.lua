-- For wrk: a mix of requests, in an order that is the same every time.
--
--   wrk … -s soak.lua URL -- FILE DEPTH PAUSE
--
-- FILE    the requests: for each a line "WEIGHT OCTETS", then so many octets and a line end
-- DEPTH   how many of them go out in one write
-- PAUSE   milliseconds that a connection waits before each write; 0 for none
--
-- The summary comes from the script for the other benchmarks.

local here = debug.getinfo(1, "S").source:match("^@(.*)/")
dofile(here .. "/../wrk/scenario.lua")

local ROWS = 4096
local rows = {}
local at = 0

function init(args)
   local depth, pause = tonumber(args[2]), tonumber(args[3])
   local mix = {}
   local file = assert(io.open(args[1], "rb"))
   for line in file:lines() do
      local weight, octets = line:match("^(%d+) (%d+)$")
      local octets_of_request = file:read(tonumber(octets))
      file:read(1)
      for _ = 1, tonumber(weight) do
         table.insert(mix, octets_of_request)
      end
   end
   file:close()

   math.randomseed(1)
   for i = #mix, 2, -1 do
      local j = math.random(i)
      mix[i], mix[j] = mix[j], mix[i]
   end
   -- A whole number of rounds through the mix, so that every weight is kept to.
   if depth == 1 then
      rows = mix
   else
      for i = 1, ROWS do
         local row = {}
         for j = 1, depth do
            row[j] = mix[((i - 1) * depth + j - 1) % #mix + 1]
         end
         rows[i] = table.concat(row)
      end
   end
   if pause > 0 then
      delay = function() return pause end
   end
   statuses = {} -- nobody counts them here: the access log knows them
end

function request()
   at = at % #rows + 1
   return rows[at]
end
