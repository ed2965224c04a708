using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.Redis.Tests.Adapters;

/// <summary>Redis is killed and started again while events are being sent.</summary>
[TestFixture(AdapterKind.Classic)]
[TestFixture(AdapterKind.ClassicWithLog)]
[TestFixture(AdapterKind.Streams)]
[TestFixture(AdapterKind.StreamsWithRecovery)]
public sealed class RedisRestartTests(AdapterKind adapter)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(2);

    // It is tried again once a second; the library by itself would take longer than this. The rest is for busy machines.
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(4);

    [Test]
    public async Task Traffic_resumes_soon_and_only_what_was_said_meanwhile_is_lost()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartServerAsync(redis);
        await using var second = await StartServerAsync(redis);
        await TestCluster.BecomesAsync(async () => await first.IO.Adapter.GetServerCountAsync(CancellationToken.None) == 2);
        await using var here = await first.ConnectAsync();
        await using var there = await second.ConnectAsync();
        var unobserved = new Inbox<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> onUnobserved = (_, failure) => unobserved.Add(failure.Exception);
        TaskScheduler.UnobservedTaskException += onUnobserved;
        using var enough = new CancellationTokenSource();
        var sending = SendAsync(first.IO, enough.Token);
        var receivedHere = ReceiveAsync(here);
        var receivedThere = ReceiveAsync(there);

        await TestCluster.BecomesAsync(() => Task.FromResult(receivedThere.Last >= 50));
        await redis.StopAsync();
        await TestCluster.BecomesAsync(() => Task.FromResult(!IsUp(first) && !IsUp(second)));
        var lastBefore = sending.Last;
        await TestCluster.BecomesAsync(() => Task.FromResult(sending.Last > lastBefore + 50));
        await redis.StartAgainAsync();
        var since = Stopwatch.GetTimestamp();
        await TestCluster.BecomesAsync(() => Task.FromResult(IsUp(first) && IsUp(second)));
        var firstAfter = sending.Last + 1;
        await TestCluster.BecomesAsync(() => Task.FromResult(receivedThere.Last >= firstAfter));
        var resumedAfter = Stopwatch.GetElapsedTime(since);
        await enough.CancelAsync();
        var sent = await sending.Done.Soon();
        await first.IO.EmitAsync("end");
        var atHere = await receivedHere.Done.Soon();
        var atThere = await receivedThere.Done.Soon();
        TaskScheduler.UnobservedTaskException -= onUnobserved;

        var lost = Enumerable.Range(0, sent).Except(atThere).ToArray();
        await TestContext.Out.WriteLineAsync($"{adapter}: resumed after {resumedAfter.TotalMilliseconds:F0} ms; {lost.Length} of {sent} events did not reach the other server");
        Assert.That(resumedAfter, Is.LessThan(s_bound));
        Assert.That(atHere, Is.EqualTo(Enumerable.Range(0, sent)), "clients of the server that sends get everything, in order");
        Assert.That(atThere, Is.Ordered.And.Unique);
        Assert.That(lost, Is.Not.Empty.And.All.LessThan(firstAfter), "what was said once Redis was back has arrived");
        Assert.That(lost[^1] - lost[0] + 1, Is.EqualTo(lost.Length), "one stretch is missing, and nothing before or behind it");
        Assert.That(unobserved.Count, Is.Zero);
    }

    private static bool IsUp(ContractServer server) => server.Services.GetRequiredKeyedService<RedisResources>(string.Empty).Link.Bus.State.IsUp;

    private static Sender SendAsync(ISocketIOServer io, CancellationToken cancellationToken)
    {
        var sender = new Sender();
        sender.Done = Task.Run(async () =>
        {
            using var ticks = new PeriodicTimer(s_interval, TimeProvider.System);
            while (!cancellationToken.IsCancellationRequested)
            {
                await io.EmitAsync("n", sender.Last + 1);
                sender.Last++;
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            return sender.Last + 1;
        });
        return sender;
    }

    private static Receiver ReceiveAsync(ContractClient client)
    {
        var receiver = new Receiver();
        receiver.Done = Task.Run(async () =>
        {
            while (true)
            {
                var packet = await client.ReceiveAsync();
                if (packet.StartsWith("""2["end""", StringComparison.Ordinal))
                {
                    return receiver.All;
                }

                if (packet.StartsWith("""2["n",""", StringComparison.Ordinal))
                {
                    receiver.All.Add(int.Parse(packet[6..].Split(',', ']')[0], System.Globalization.CultureInfo.InvariantCulture));
                    receiver.Last = receiver.All[^1];
                }
            }
        });
        return receiver;
    }

    private async Task<ContractServer> StartServerAsync(RedisServer redis)
        => await ContractServer.StartAsync(
            options => options.ConnectionStateRecovery = adapter.HasRecovery() ? new ConnectionStateRecoveryOptions() : null,
            configure: builder => adapter.AddTo(builder, RedisConnection.FromConfiguration(redis.ConnectionString), "restart"));

    private sealed class Sender
    {
        private volatile int _last = -1;

        public int Last
        {
            get => _last;
            set => _last = value;
        }

        public Task<int> Done { get; set; } = null!;
    }

    private sealed class Receiver
    {
        private volatile int _last = -1;

        public List<int> All { get; } = [];

        public int Last
        {
            get => _last;
            set => _last = value;
        }

        public Task<List<int>> Done { get; set; } = null!;
    }
}
