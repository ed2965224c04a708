using Microsoft.Extensions.Logging.Abstractions;

namespace SocketIoSharp.EngineIO.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ClockTests
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(10);

    // The timer below the clock counts whole milliseconds.
    private static readonly TimeSpan s_timerStep = TimeSpan.FromMilliseconds(2);

    private readonly ManualTimeProvider _time = new();

    private EngineIOClock Create() => new(_time, NullLogger<EngineIOClock>.Instance);

    [Test]
    public void An_entry_is_due_once_and_at_most_a_little_early([Values(1, 5, 7, 100, 299, 1000, 25_000, 45_000, 3_600_000)] int milliseconds)
    {
        using var clock = Create();
        var entry = new Entry(_time);
        var delay = TimeSpan.FromMilliseconds(milliseconds);

        clock.Schedule(entry, delay, delay);
        _time.Advance((delay * 3) + TimeSpan.FromMilliseconds(10));

        Assert.That(entry.Due, Has.Count.EqualTo(1));
        Assert.That(entry.Due[0], Is.InRange(delay - Error(delay), delay + s_timerStep));
    }

    [Test]
    public void The_error_is_bounded_by_the_shortest_interval_even_for_long_delays()
    {
        using var clock = Create();
        var random = new Random(1);
        var shortest = TimeSpan.FromMilliseconds(200);
        for (var i = 0; i < 500; i++)
        {
            var entry = new Entry(_time);
            var delay = TimeSpan.FromMilliseconds(random.Next(200, 60_000));
            var start = _time.Elapsed;
            clock.Schedule(entry, delay, shortest);
            _time.Advance(delay + TimeSpan.FromMilliseconds(10));

            Assert.That(entry.Due, Has.Count.EqualTo(1));
            Assert.That(entry.Due[0] - start, Is.InRange(delay - Error(shortest), delay + s_timerStep));
        }
    }

    [Test]
    public void An_entry_may_be_due_later_than_a_timer_can_wait()
    {
        using var clock = Create();
        var entry = new Entry(_time);
        var delay = TimeSpan.FromDays(25);

        clock.Schedule(entry, delay, s_shortest);
        _time.Advance(delay - TimeSpan.FromSeconds(1));
        Assert.That(entry.Due, Is.Empty);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(entry.Due[0], Is.InRange(delay - Error(s_shortest), delay + s_timerStep));
    }

    [Test]
    public void No_delay_is_too_long_for_the_timer_of_the_system([Values(50, 1_000, 10_675_199)] int days)
    {
        using var clock = new EngineIOClock(TimeProvider.System, NullLogger<EngineIOClock>.Instance);

        Assert.That(() => clock.Schedule(new Entry(_time), TimeSpan.FromDays(days), s_shortest), Throws.Nothing);
        Assert.That(clock.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_cancelled_entry_is_never_due()
    {
        using var clock = Create();
        var cancelled = new Entry(_time);
        var other = new Entry(_time);
        clock.Schedule(cancelled, TimeSpan.FromSeconds(1), s_shortest);
        clock.Schedule(other, TimeSpan.FromSeconds(1), s_shortest);

        clock.Cancel(cancelled);
        clock.Cancel(cancelled);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(cancelled.Due, Is.Empty);
        Assert.That(other.Due, Has.Count.EqualTo(1));
        Assert.That(clock.Count, Is.Zero);
    }

    [Test]
    public void A_moved_entry_is_due_at_its_new_time_only([Values(1, 30)] int seconds)
    {
        using var clock = Create();
        var entry = new Entry(_time);
        clock.Schedule(entry, TimeSpan.FromSeconds(10), s_shortest);
        _time.Advance(TimeSpan.FromSeconds(5));

        clock.Schedule(entry, TimeSpan.FromSeconds(seconds), s_shortest);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.That(entry.Due, Has.Count.EqualTo(1));
        Assert.That(entry.Due[0], Is.InRange(TimeSpan.FromSeconds(4.94 + seconds), TimeSpan.FromSeconds(5 + seconds) + s_timerStep));
    }

    [Test]
    public void An_entry_may_schedule_itself_again_when_due()
    {
        using var clock = Create();
        var entry = new Entry(_time);
        entry.WhenDue = () =>
        {
            if (entry.Due.Count < 10)
            {
                clock.Schedule(entry, TimeSpan.FromSeconds(25), s_shortest);
            }
        };
        clock.Schedule(entry, TimeSpan.FromSeconds(25), s_shortest);

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.That(entry.Due, Has.Count.EqualTo(10));
        Assert.That(entry.Due[9], Is.InRange(TimeSpan.FromSeconds(249.4), TimeSpan.FromSeconds(250.1)));
    }

    [Test]
    public void An_entry_may_cancel_another_that_is_due_later()
    {
        using var clock = Create();
        var second = new Entry(_time);
        var first = new Entry(_time) { WhenDue = () => clock.Cancel(second) };
        clock.Schedule(first, TimeSpan.FromSeconds(1), s_shortest);
        clock.Schedule(second, TimeSpan.FromSeconds(2), s_shortest);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(first.Due, Has.Count.EqualTo(1));
        Assert.That(second.Due, Is.Empty);
    }

    [Test]
    public void Ten_thousand_entries_share_a_few_wake_ups()
    {
        using var clock = Create();
        var random = new Random(7);
        var entries = new List<(Entry Entry, TimeSpan Expected)>();
        for (var i = 0; i < 10_000; i++)
        {
            var entry = new Entry(_time);
            var delay = TimeSpan.FromMilliseconds(25_000 + random.Next(0, 1000));
            clock.Schedule(entry, delay, TimeSpan.FromSeconds(25));
            entries.Add((entry, delay));
        }

        Assert.That(clock.Count, Is.EqualTo(10_000));
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.That(clock.Count, Is.Zero);
        foreach (var (entry, expected) in entries)
        {
            Assert.That(entry.Due, Has.Count.EqualTo(1));
            Assert.That(entry.Due[0], Is.InRange(expected - Error(TimeSpan.FromSeconds(25)), expected + s_timerStep));
        }

        Assert.That(_time.Fired, Is.LessThan(100));
    }

    [Test]
    public void Entries_of_random_times_are_due_in_order()
    {
        using var clock = Create();
        var random = new Random(11);
        var order = new List<long>();
        for (var i = 0; i < 2000; i++)
        {
            var entry = new Entry(_time);
            entry.WhenDue = () => order.Add(entry.Due[0].Ticks);
            clock.Schedule(entry, TimeSpan.FromMilliseconds(random.Next(1, 120_000)), TimeSpan.FromMilliseconds(50));
            if (i % 50 == 0)
            {
                _time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 500)));
            }
        }

        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.That(order, Has.Count.EqualTo(2000));
        Assert.That(order, Is.Ordered);
    }

    [Test]
    public void A_late_timer_loses_nothing()
    {
        using var clock = Create();
        var entries = Enumerable.Range(1, 100).Select(_ => new Entry(_time)).ToArray();
        for (var i = 0; i < entries.Length; i++)
        {
            clock.Schedule(entries[i], TimeSpan.FromSeconds(i), s_shortest);
        }

        // A process that was stopped for a while: all is due at once, several rounds of the wheel late.
        var sleeper = new Entry(_time) { WhenDue = () => _time.Skip(TimeSpan.FromMinutes(5)) };
        clock.Schedule(sleeper, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(entries, Has.All.Matches<Entry>(static entry => entry is { Due.Count: 1 }));
        Assert.That(clock.Count, Is.Zero);
    }

    [Test]
    public void Nothing_is_armed_when_nothing_waits()
    {
        using var clock = Create();
        Assert.That(_time.ArmedTimers, Is.Zero);
        var entry = new Entry(_time);
        clock.Schedule(entry, TimeSpan.FromSeconds(1), s_shortest);
        Assert.That(_time.ArmedTimers, Is.EqualTo(1));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_time.ArmedTimers, Is.Zero);
        clock.Schedule(entry, TimeSpan.FromSeconds(1), s_shortest);
        clock.Cancel(entry);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(_time.ArmedTimers, Is.Zero);
        Assert.That(entry.Due, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_far_entry_costs_one_wake_up_a_round()
    {
        using var clock = Create();
        var entry = new Entry(_time);
        clock.Schedule(entry, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        _time.Advance(TimeSpan.FromHours(1.1));

        Assert.That(entry.Due, Has.Count.EqualTo(1));
        Assert.That(entry.Due[0], Is.InRange(TimeSpan.FromHours(1), TimeSpan.FromHours(1.05)));
        Assert.That(_time.Fired, Is.LessThan(200));
    }

    [Test]
    public void A_fault_of_one_entry_does_not_stop_the_others()
    {
        using var clock = Create();
        var bad = new Entry(_time) { WhenDue = static () => throw new InvalidOperationException("a fault") };
        var good = new Entry(_time);
        clock.Schedule(bad, TimeSpan.FromSeconds(1), s_shortest);
        clock.Schedule(good, TimeSpan.FromSeconds(1), s_shortest);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That((bad.Due.Count, good.Due.Count), Is.EqualTo((1, 1)));
    }

    private static TimeSpan Error(TimeSpan interval)
        => TimeSpan.FromMilliseconds(Math.Max(interval.TotalMilliseconds * 0.05, 10));

    private sealed class Entry(ManualTimeProvider time) : ClockEntry
    {
        public List<TimeSpan> Due { get; } = [];

        public Action? WhenDue { get; set; }

        protected internal override void OnDue()
        {
            Due.Add(time.Elapsed);
            WhenDue?.Invoke();
        }
    }
}
