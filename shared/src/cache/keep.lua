-- Keeps a copy of what was read from the table, unless something changed since: KEYS[1] the generation, KEYS[2] the copy;
-- ARGV[1] the generation that was there before the table was read, ARGV[2] the copy, ARGV[3] for how many milliseconds.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[1], 120000)
return 1
