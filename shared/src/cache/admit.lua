-- Counts a request with GCRA and reads what the request needs, in one round trip.
--
-- KEYS[1] the rate limit.
-- KEYS[2] the session and KEYS[3] the generation, for a signed-in caller.
-- KEYS[4] the page, for a request for a page.
-- ARGV[1] the interval between requests in microseconds, ARGV[2] the burst size,
-- ARGV[3] the id of the generation to create if there is none.
--
-- Returns {allowed, arrival, now, session, generation, page}. `allowed` is 1 or 0, or false when
-- the session has ended and the request was not counted.
local session = KEYS[2] and redis.call('GET', KEYS[2]) or false
if session == 'ended' then
    -- The holder of a token for an ended session must not use up the user's quota.
    return {false, 0, 0, session, false, false}
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst_tolerance = tonumber(ARGV[1]), tonumber(ARGV[1]) * tonumber(ARGV[2])
-- The theoretical arrival time of GCRA.
local arrival = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now)
if arrival + interval - now > burst_tolerance then
    return {0, arrival, now, session, false, false}
end
arrival = arrival + interval
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))

local generation, page = false, false
if KEYS[3] then
    generation = redis.call('GET', KEYS[3])
    if not generation then
        generation = ARGV[3]
        redis.call('SET', KEYS[3], generation, 'PX', 120000)
    end
end
if KEYS[4] then
    page = redis.call('GET', KEYS[4])
    if page then
        page = string.sub(page, 1, #generation) == generation and string.sub(page, #generation + 1)
    end
end
return {1, arrival, now, session, generation, page}
