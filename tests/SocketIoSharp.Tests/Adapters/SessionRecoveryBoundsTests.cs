namespace SocketIoSharp.Tests.Adapters;

/// <summary>How much is kept for clients that may come back, and that a bound never makes a gap.</summary>
public sealed class SessionRecoveryBoundsTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromMinutes(2);

    [Test]
    public void An_event_is_forgotten_by_age_and_its_client_resumes_as_new()
    {
        using var bench = new RecoveryBench();
        var main = bench.CreateNamespace();
        var session = main.Lose("pid");
        var first = main.Broadcast("""["a"]""");
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        main.Broadcast("""["b"]""");
        main.Store.Persist(session);

        bench.Time.Advance(TimeSpan.FromSeconds(61));

        // Whoever has seen the event that went misses nothing.
        Assert.That(main.Store.Find("pid", null), Is.Null);
        Assert.That(main.Store.Find("pid", first), Is.Not.Null);
    }

    [Test]
    public void Everything_is_forgotten_in_time_though_nothing_happens()
    {
        using var bench = new RecoveryBench();
        var main = bench.CreateNamespace();
        main.Lose("pid");
        main.Broadcast("""["a"]""");

        bench.Time.Advance(s_duration + TimeSpan.FromSeconds(2));

        Assert.That(bench.Budget.Bytes, Is.Zero);
        Assert.That(bench.Budget.SessionCount, Is.Zero);
        Assert.That(bench.WaitingDeadlines, Is.Zero);
    }

    [Test]
    public void A_session_is_kept_as_long_as_the_option_says_and_no_longer()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxDisconnectionDuration = TimeSpan.FromSeconds(30) });
        var main = bench.CreateNamespace();
        main.Lose("pid");

        bench.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(main.Store.Find("pid", null), Is.Not.Null);
        bench.Time.Skip(TimeSpan.FromMilliseconds(1));
        Assert.That(main.Store.Find("pid", null), Is.Null);
    }

    [Test]
    public void A_client_of_a_silent_namespace_comes_back_although_its_last_event_is_long_forgotten()
    {
        using var bench = new RecoveryBench();
        var main = bench.CreateNamespace();
        var offset = main.Broadcast("""["long ago"]""");
        bench.Time.Advance(TimeSpan.FromHours(1));
        main.Lose("pid");

        Assert.That(main.Resume("pid", offset), Is.Empty);
    }

    [Test]
    public void Events_are_forgotten_by_bytes_and_nobody_gets_a_gap()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytesPerNamespace = 20_000 });
        var main = bench.CreateNamespace();
        var offsets = new List<string> { main.Store.CurrentOffset };
        var session = main.Lose("pid");
        for (var i = 0; i < 100; i++)
        {
            offsets.Add(main.Broadcast($"""["e",{i},"{new string('x', 500)}"]"""));
            Assert.That(bench.Budget.Bytes, Is.LessThanOrEqualTo(20_000));
        }

        for (var i = 0; i < offsets.Count; i++)
        {
            main.Store.Persist(session);
            var received = main.Resume("pid", offsets[i]);

            // All of it or nothing.
            Assert.That(received, Is.Null.Or.EqualTo(main.Delivered.Skip(i)));
        }

        main.Store.Persist(session);
        Assert.That(main.Resume("pid", offsets[^5]), Has.Count.EqualTo(4));
        main.Store.Persist(session);
        Assert.That(main.Resume("pid", offsets[0]), Is.Null);
    }

    [Test]
    public void An_event_larger_than_the_bound_is_delivered_and_not_kept()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytesPerNamespace = 10_000 });
        var main = bench.CreateNamespace();
        var session = main.Lose("pid");
        var before = main.Broadcast("""["small"]""");
        var after = main.Broadcast($"""["large","{new string('x', 20_000)}"]""");

        Assert.That(main.Delivered, Has.Count.EqualTo(2));
        Assert.That(bench.Budget.Bytes, Is.Zero);
        Assert.That(main.Store.Find("pid", before), Is.Null);
        Assert.That(main.Store.Find("pid", after), Is.SameAs(session));
    }

    [Test]
    public void Binary_values_and_the_names_of_rooms_count()
    {
        using var bench = new RecoveryBench();
        var main = bench.CreateNamespace();
        var packet = new EncodedPacket("/", """["b",{"_placeholder":true,"num":0}]"""u8.ToArray(), [new byte[5_000]]);

        main.Store.Broadcast(packet, new BroadcastOptions { Rooms = [new string('r', 1_000)], Except = [new string('e', 1_000)] });

        Assert.That(bench.Budget.Bytes, Is.InRange(9_000, 20_000));
    }

    [Test]
    public void The_bound_of_the_server_takes_the_oldest_event_of_all_namespaces_first()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytes = 9_200 });
        var quiet = bench.CreateNamespace();
        var noisy = bench.CreateNamespace();
        quiet.Lose("quiet");
        noisy.Lose("noisy");
        var first = quiet.Broadcast("""["a"]""");
        for (var i = 0; i < 4; i++)
        {
            noisy.Broadcast($"""["n","{new string('x', 620)}"]""");
        }

        Assert.That(bench.Budget.Bytes, Is.LessThanOrEqualTo(9_200));
        Assert.That(quiet.Store.Find("quiet", null), Is.Null);
        Assert.That(quiet.Store.Find("quiet", first), Is.Not.Null);
        Assert.That(noisy.Store.Find("noisy", null), Is.Not.Null);
    }

    [Test]
    public void Without_bounds_everything_is_kept_as_in_Node()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytes = null, MaxBytesPerNamespace = null, MaxSessions = null });
        var main = bench.CreateNamespace();
        main.Lose("pid");
        for (var i = 0; i < 1_000; i++)
        {
            main.Broadcast($"""["e",{i}]""");
        }

        Assert.That(main.Resume("pid", null), Is.EqualTo(main.Delivered));
    }

    [Test]
    public void The_oldest_session_of_all_namespaces_goes_when_there_are_too_many()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxSessions = 2 });
        var main = bench.CreateNamespace();
        var other = bench.CreateNamespace();
        main.Lose("first");
        other.Lose("second");
        main.Lose("third");

        Assert.That(bench.Budget.SessionCount, Is.EqualTo(2));
        Assert.That(main.Store.Find("first", null), Is.Null);
        Assert.That(other.Store.Find("second", null), Is.Not.Null);
        Assert.That(main.Store.Find("third", null), Is.Not.Null);
    }

    [Test]
    public void A_namespace_that_is_removed_takes_everything_of_its_own_along()
    {
        using var bench = new RecoveryBench();
        var main = bench.CreateNamespace();
        var removed = bench.CreateNamespace();
        main.Lose("stays");
        main.Broadcast("""["stays"]""");
        var bytes = bench.Budget.Bytes;
        removed.Lose("goes");
        removed.Broadcast("""["goes"]""");

        removed.Store.Close();
        removed.Broadcast("""["late"]""");
        removed.Lose("late");

        Assert.That(bench.Budget.Bytes, Is.EqualTo(bytes));
        Assert.That(bench.Budget.SessionCount, Is.EqualTo(1));
        Assert.That(main.Resume("stays", null), Has.Count.EqualTo(1));
    }

    /// <summary>Reconnect buffers that an attacker could grow: events are bounded for each namespace and for the server, whoever makes them happen.</summary>
    [Test]
    public void CVE_2026_56170_events_kept_for_lost_clients_are_bounded_for_each_namespace_and_in_total()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxBytesPerNamespace = 50_000, MaxBytes = 120_000 });
        var namespaces = Enumerable.Range(0, 10).Select(_ => bench.CreateNamespace()).ToArray();
        foreach (var one in namespaces)
        {
            var before = bench.Budget.Bytes;
            for (var i = 0; i < 200; i++)
            {
                one.Broadcast($"""["e","{new string('x', 1_000)}"]""", new BroadcastOptions { Rooms = ["id-of-lost"] });
            }

            Assert.That(bench.Budget.Bytes - before, Is.LessThanOrEqualTo(50_000));
            Assert.That(bench.Budget.Bytes, Is.LessThanOrEqualTo(120_000));
        }
    }

    /// <summary>A session holds no buffer of its own: any number of lost connections costs what the bound on sessions allows.</summary>
    [Test]
    public void CVE_2026_26130_connections_that_are_lost_again_and_again_keep_a_bounded_number_of_sessions()
    {
        using var bench = new RecoveryBench(new ConnectionStateRecoveryOptions { MaxSessions = 100 });
        var main = bench.CreateNamespace();
        for (var i = 0; i < 10_000; i++)
        {
            main.Lose("pid-" + i);
        }

        Assert.That(bench.Budget.SessionCount, Is.EqualTo(100));
        Assert.That(bench.Budget.Bytes, Is.Zero);
    }

    [Test]
    public void Random_use_of_several_namespaces_never_gives_a_gap_nor_breaks_a_bound()
    {
        var random = new Random(42);
        var options = new ConnectionStateRecoveryOptions { MaxBytesPerNamespace = 6_000, MaxBytes = 14_000, MaxSessions = 20 };
        using var bench = new RecoveryBench(options);
        var namespaces = Enumerable.Range(0, 4).Select(_ => bench.CreateNamespace()).ToArray();
        var resumed = 0;
        for (var step = 0; step < 5_000; step++)
        {
            var one = namespaces[random.Next(namespaces.Length)];
            switch (random.Next(4))
            {
                case 0 or 1:
                    one.Broadcast($"""["e","{new string('x', random.Next(900))}"]""");
                    break;
                case 2:
                    bench.Time.Advance(TimeSpan.FromSeconds(random.Next(10)));
                    break;
                default:
                    one.Store.Persist(new RecoverySession("id", "pid", [], new SocketData()));
                    var seen = random.Next(one.Delivered.Count + 1);
                    var offset = seen == 0 ? null : RecoveryBench.OffsetOf(one.Delivered[seen - 1]);
                    if (one.Resume("pid", offset) is { } received)
                    {
                        Assert.That(received, Is.EqualTo(one.Delivered.Skip(seen)));
                        resumed++;
                    }

                    break;
            }

            Assert.That(bench.Budget.Bytes, Is.LessThanOrEqualTo(14_000));
        }

        Assert.That(resumed, Is.GreaterThan(10));
    }
}
