using SocketIoSharp.TestKit;

namespace SocketIoSharp.Tests;

/// <summary>What is written and read all the time allocates nothing but the value.</summary>
[NonParallelizable]
public sealed class SerializerAllocationTests
{
    private const int Rounds = 1_000;

    private readonly ArgumentWriter _output = new();
    private SystemTextJsonPayloadSerializer _serializer = null!;

    [SetUp]
    public void CreateTheSerializer()
    {
        var options = SystemTextJsonPayloadSerializer.CreateOptions();
        options.TypeInfoResolverChain.Insert(0, SampleJsonContext.Default);
        _serializer = new SystemTextJsonPayloadSerializer(options);
    }

    [Test]
    public void Writing_simple_values_allocates_nothing()
    {
        object boxed = 5;
        AssertAllocatesNothing(() =>
        {
            _serializer.Write(_output, 5);
            _serializer.Write(_output, 5L);
            _serializer.Write(_output, 2.5e20);
            _serializer.Write(_output, true);
            _serializer.Write(_output, "héllo 😀");
            _serializer.Write(_output, "escaped\n\"");
            _serializer.Write(_output, boxed);
        });
    }

    [Test]
    public void Writing_values_of_known_types_allocates_nothing()
    {
        var person = new Person("Ann", 30, Colour.Green);
        var date = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        AssertAllocatesNothing(() =>
        {
            _serializer.Write(_output, person);
            _serializer.Write<object>(_output, person);
            _serializer.Write(_output, date);
            _serializer.Write(_output, 1.5f);
        });
    }

    [Test]
    public void Reading_simple_values_allocates_nothing()
    {
        AssertAllocatesNothing(() =>
        {
            _ = _serializer.Read<int>("5"u8, []);
            _ = _serializer.Read<long>("5"u8, []);
            _ = _serializer.Read<double>("2.5"u8, []);
            _ = _serializer.Read<bool>("true"u8, []);
            _ = _serializer.Read<string>("null"u8, []);
            _ = _serializer.Read<string>("\"\""u8, []);
        });
    }

    [Test]
    public void Reading_text_allocates_the_text_alone()
    {
        _ = _serializer.Read<string>("\"0123456789\\n\""u8, []);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var text = _serializer.Read<string>("\"0123456789\\n\""u8, []);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(text, Is.EqualTo("0123456789\n"));
        Assert.That(allocated, Is.LessThanOrEqualTo(48));
    }

    private void AssertAllocatesNothing(Action action)
    {
        for (var round = 0; round < 3; round++)
        {
            Run(action, 50);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(action, Rounds);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated / Rounds, Is.Zero);
    }

    private void Run(Action action, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            action();
            _output.Return();
        }
    }
}
