/**
 * What workers do at Redis, as scripts: each is atomic, and all times are Redis's own.
 *
 * Keys: `workers`, a sorted set of workers by their last beat; `told`, a hash of how many workers each was told of; `meta`, a hash of the
 * server's run id and of `quiet`; `pauses`, a sorted set of held buckets by their end; a hash a bucket with one field a holder (`worker.number`):
 * `held need weight since next seq asked`.
 *
 * While it is quiet nothing is handed out and nobody counts as dead: workers that were cut off say first what they hold.
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS workers, told, meta. ARGV worker, lease ms, run id and uptime ms of the server. Returns now, workers, whether the others know of us. */
export const BEAT = `${NOW}
local me, lease, run, uptime = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local known = redis.call('HGET', KEYS[3], 'run')
local seen = tonumber(redis.call('ZSCORE', KEYS[1], me) or '0')
local quiet = 0
if known ~= run then
  redis.call('HSET', KEYS[3], 'run', run)
  quiet = known and now + lease or now + math.max(0, 2 * lease - uptime)
elseif seen > 0 and seen + lease < now then
  quiet = now + lease
end
if quiet > now then redis.call('HSET', KEYS[3], 'quiet', quiet) end
redis.call('ZADD', KEYS[1], now, me)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 2764800000)
local alive = redis.call('ZRANGEBYSCORE', KEYS[1], now - lease, '+inf')
redis.call('HSET', KEYS[2], me, #alive)
if redis.call('HLEN', KEYS[2]) > #alive then
  local is = {}
  for _, worker in ipairs(alive) do is[worker] = true end
  for _, worker in ipairs(redis.call('HKEYS', KEYS[2])) do
    if not is[worker] then redis.call('HDEL', KEYS[2], worker) end
  end
end
local agreed = 1
for _, worker in ipairs(alive) do
  if tonumber(redis.call('HGET', KEYS[2], worker) or '0') < #alive then agreed = 0 end
end
return { now, #alive, agreed }
`;

/**
 * KEYS bucket, workers, meta. ARGV holder, lease ms, size, cool ms, generation, sequence number, held, idle, need, want, weight, ms until the next
 * idle permit, limit heard (0: none), channel, bucket's name. Returns generation, granted, permits to keep (-1: all), limit, ms until another
 * worker can give one back (0: unknown, -1: none has any); nothing for a worker that must beat first or whose word is out of date.
 */
export const EXCHANGE = `${NOW}
local me, lease, size, cool = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local generation, sequence = ARGV[5], tonumber(ARGV[6])
local held, idle, need, want = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local weight, after, heard = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])

local function alive(holder)
  return tonumber(redis.call('ZSCORE', KEYS[2], string.match(holder, '^[^.]+')) or '0')
end
local function tell(kind) redis.call('PUBLISH', ARGV[14], cjson.encode({ kind, me, ARGV[15] })) end
if alive(me) + lease < now then return {} end

local known, limit = nil, size
local quiet = tonumber(redis.call('HGET', KEYS[3], 'quiet') or '0')
local mine, others = { held = 0, need = 0, since = now, asked = 0 }, {}
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local field, value = fields[i], fields[i + 1]
  if field == 'generation' then known = value
  elseif field == 'limit' then limit = tonumber(value)
  elseif field == 'quiet' then quiet = math.max(quiet, tonumber(value))
  else
    local h, n, w, s, x, q, a = string.match(value, '(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)')
    local one = { worker = field, held = tonumber(h), need = tonumber(n), weight = tonumber(w), since = tonumber(s),
      next = tonumber(x), sequence = tonumber(q), asked = tonumber(a), given = 0 }
    if field == me then mine = one else others[#others + 1] = one end
  end
end
if mine.sequence and mine.sequence >= sequence then return {} end
if generation ~= '' and generation ~= known then
  quiet = now + lease
  redis.call('HSET', KEYS[1], 'quiet', quiet)
end
if not known then
  known = now .. '-' .. me
  redis.call('HSET', KEYS[1], 'generation', known)
end
if heard > 0 and heard ~= limit then
  limit = heard
  redis.call('HSET', KEYS[1], 'limit', limit)
  tell('limit')
end
limit = math.min(limit, size)

local sum, rivals, soonest, reaped = 0, {}, -1, false
for _, other in ipairs(others) do
  local beat = alive(other.worker)
  local gone = beat + lease + cool + 1000
  if quiet <= now and gone < now then
    redis.call('HDEL', KEYS[1], other.worker)
    reaped = reaped or other.held > 0
  else
    sum = sum + other.held
    if other.held > 0 then
      local back = beat + lease < now and gone or other.next
      if soonest < 0 or back < soonest then soonest = back end
    end
    if other.need > 0 and beat + lease >= now and other.asked + 2500 > now then rivals[#rivals + 1] = other end
  end
end

-- A worker that was taken for dead has what the others have left it.
local excess = math.max(0, held - math.max(0, size - sum))
held = held - excess

local free, granted = limit - sum - held, 0
local since = (need > 0 and mine.need > 0) and mine.since or now
if quiet > now then free = 0 end
if free > 0 and need > 0 then
  if #rivals == 0 then granted = math.min(want, free)
  else
    local total = need
    for _, rival in ipairs(rivals) do total = total + rival.need end
    local left, step = free, math.max(1, math.floor(math.min(free, total) / 200))
    while left > 0 and granted < need do
      local best, ratio, waits = nil, (held + granted) / weight, since
      for _, rival in ipairs(rivals) do
        local theirs = (rival.held + rival.given) / rival.weight
        if rival.given < rival.need and (theirs < ratio or (theirs == ratio and rival.since < waits)) then
          best, ratio, waits = rival, theirs, rival.since
        end
      end
      local part = math.min(step, left)
      if best then best.given = math.min(best.need, best.given + part) else granted = math.min(need, granted + part) end
      left = left - part
    end
  end
end

local keep = -1
if #rivals > 0 then
  local demand, weights = granted - math.max(0, free), weight
  for _, rival in ipairs(rivals) do
    demand = demand + rival.need
    weights = weights + rival.weight
  end
  if demand > 0 then
    local fair = math.floor(limit * weight / weights)
    if need == 0 then fair = math.min(fair, held - idle) end
    keep = math.max(0, fair, held + granted - demand)
  end
end
if sum + held > limit then
  local part = math.floor(limit * held / (sum + held))
  keep = keep < 0 and part or math.min(keep, part)
end
if excess > 0 then keep = keep < 0 and held or math.min(keep, held) end

local unmet = math.max(0, need - granted)
local asked = mine.asked
if need > 0 then asked = now end
if unmet > 0 and sum > 0 and (mine.need == 0 or math.floor(now / 1000) > math.floor(mine.asked / 1000)) then tell('wanted') end
if #rivals > 0 and (reaped or held < mine.held) and free > granted then tell('free') end
if granted > 0 then since = now end
if held + granted + unmet == 0 then redis.call('HDEL', KEYS[1], me)
else redis.call('HSET', KEYS[1], me, table.concat({ held + granted, unmet, weight, since, now + after, sequence, asked }, ' ')) end
redis.call('PEXPIRE', KEYS[1], 4 * lease + 2 * cool + 60000)

local hint = 0
if unmet > 0 and quiet <= now and free <= granted then
  hint = soonest < 0 and -1 or math.max(0, soonest - now)
end
return { known, granted, keep, limit, hint }
`;

/** KEYS pauses. ARGV bucket, ms, worker, channel. */
export const PAUSE = `${NOW}
redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -10001)
redis.call('PUBLISH', ARGV[4], cjson.encode({ 'pause', ARGV[3], ARGV[1], tonumber(ARGV[2]) }))
`;
