using System.Threading.RateLimiting;

namespace Chat;

/// <summary>
/// Holds back people who send too much. The events of a socket are handled one after the other, so it is enough to wait: the
/// server reads nothing more from that browser, and nobody else notices.
/// </summary>
internal sealed class Pace : IDisposable
{
    private readonly PartitionedRateLimiter<Member> _limiter = PartitionedRateLimiter.Create<Member, string>(
        member => RateLimitPartition.GetTokenBucketLimiter(member.Id, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 40,
            TokensPerPeriod = 2,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(200),
            QueueLimit = int.MaxValue,
        }));

    public async Task SlowDownAsync(Member member, Func<Task> next, CancellationToken disconnected)
    {
        using var lease = await _limiter.AcquireAsync(member, 1, disconnected);
        await next();
    }

    public void Dispose() => _limiter.Dispose();
}
