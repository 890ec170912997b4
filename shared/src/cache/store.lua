-- Stores data from the table, unless the data has changed since it was read.
--
-- KEYS[1] the generation, KEYS[2] the entry. ARGV[1] the generation that was current before the
-- table was read, ARGV[2] the entry, ARGV[3] its lifetime in milliseconds.
--
-- Returns 1 if the entry was stored, otherwise 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[1], 120000)
return 1
