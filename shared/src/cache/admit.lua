-- What a request wants to know, in one round trip.
--
-- KEYS[1] the count of a limit; for a signed-in caller also KEYS[2] the session, KEYS[3] the generation; where a page is
-- asked for also KEYS[4] the page.
-- ARGV[1] microseconds for each request, ARGV[2] how many requests at once, ARGV[3] a name for a new generation.
--
-- Answers {passes, arrival, now, session, generation, page}; `passes` is false when nothing was counted.
local session = KEYS[2] and redis.call('GET', KEYS[2]) or false
if session == 'ended' then
    -- Whoever holds a token of a session that is over must not use up the user's quota.
    return {false, 0, 0, session, false, false}
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[1]) * tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now)
if arrival + interval - now > burst then
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
