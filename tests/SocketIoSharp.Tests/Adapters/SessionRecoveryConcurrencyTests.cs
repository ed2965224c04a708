using System.Collections.Concurrent;

namespace SocketIoSharp.Tests.Adapters;

/// <summary>Threads that send without a pause while clients are lost and come back all the time.</summary>
public sealed class SessionRecoveryConcurrencyTests
{
    private const int Senders = 4;
    private const int MostEventsPerSender = 100_000;
    private const int Resumes = 40;

    [Test]
    public async Task Clients_that_come_back_again_and_again_receive_everything_once_and_in_the_order_of_the_log()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytes = null, MaxBytesPerNamespace = null });
        var order = new ConcurrentQueue<string>();
        var clients = Enumerable.Range(0, 2).Select(static number => new LossyClient("pid-" + number)).ToArray();
        var store = new SessionRecoveryStore(
            bench.Budget,
            static _ => { },
            (packet, _) =>
            {
                var json = RecoveryBench.Text(packet);
                order.Enqueue(json);
                foreach (var client in clients)
                {
                    client.Deliver(json);
                }
            });
        foreach (var client in clients)
        {
            client.Start(store.CurrentOffset);
        }

        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var sent = 0;
            while (sent < MostEventsPerSender && clients.Any(static client => client.Resumes < Resumes))
            {
                store.Broadcast(RecoveryBench.Packet($"[\"e\",{sender},{sent++}]"), BroadcastOptions.Everybody);

                // The others may have no thread of the pool otherwise.
                await Task.Yield();
            }

            return sent;
        })));
        var resuming = clients.Select(client => Task.Run(async () =>
        {
            while (!sending.IsCompleted)
            {
                client.LoseAndResume(store);
                await Task.Yield();
            }
        })).ToArray();
        var sent = await sending;
        await Task.WhenAll(resuming);

        Assert.That(order, Has.Count.EqualTo(sent.Sum()));
        Assert.That(order.Select(RecoveryBench.OffsetOf), Is.Unique);
        foreach (var client in clients)
        {
            Assert.That(client.Resumes, Is.GreaterThanOrEqualTo(Resumes));
            Assert.That(client.Received, Is.EqualTo(order));
        }
    }

    /// <summary>Receives while it is attached, and nothing otherwise.</summary>
    private sealed class LossyClient(string privateId)
    {
        private readonly Lock _gate = new();
        private RecoverySession _session = null!;
        private bool _isAttached = true;
        private int _resumes;

        public List<string> Received { get; } = [];

        public int Resumes => Volatile.Read(ref _resumes);

        public void Start(string offset)
            => _session = new RecoverySession("id-of-" + privateId, privateId, [], new SocketData()) { ConnectOffset = offset };

        public void Deliver(string json)
        {
            lock (_gate)
            {
                if (_isAttached)
                {
                    Received.Add(json);
                }
            }
        }

        public void LoseAndResume(SessionRecoveryStore store)
        {
            lock (_gate)
            {
                _isAttached = false;
            }

            store.Persist(_session);
            Thread.Yield();
            var offset = Received.Count == 0 ? null : RecoveryBench.OffsetOf(Received[^1]);
            var found = store.Find(privateId, offset) ?? throw new InvalidOperationException("The session is gone.");
            if (!store.Resume(found, offset, Attach))
            {
                throw new InvalidOperationException("The session was not resumed.");
            }

            Interlocked.Increment(ref _resumes);
        }

        private void Attach(IReadOnlyList<EncodedPacket> missed)
        {
            // Long enough for others to come in between, if they could.
            Thread.Yield();
            lock (_gate)
            {
                Received.AddRange(missed.Select(RecoveryBench.Text));
                _isAttached = true;
            }
        }
    }
}
